// Paired: two slices of the output's gradient together, by F(3, 2) in depth. Shares of the pairs have sums of their
// own.
#include <string.h>

#include "include/ck_threads.h"
#include "winograd_fetch.h"
#include "winograd_gradient.h"

enum { SLICES = 4, UNITS_A_SHARE = 4, FEWEST_UNITS = 16 };

static int gradient_tiles(const ck_winograd *c) {
  // Twice what other passes take: each block reads and writes all sums.
  int most = 2 * BLOCK_FLOATS / (components(c) * (SLICES * row_of(c) + 2 * columns(c)));
  most = ck_maximum(BLOCK_TILES, ck_minimum(LARGEST_BLOCK, most));
  return ck_ceiling_division(tiles(c), ck_ceiling_division(tiles(c), most));
}
static int pairs(const ck_winograd *c) { return ck_ceiling_division(c->depth, 2); }
// A block of tiles at a pair of slices; a block's units follow one another.
static int units(const ck_winograd *c) { return ck_ceiling_division(tiles(c), gradient_tiles(c)) * pairs(c); }
static int partial_count(const ck_winograd *c) { return ck_minimum(MOST_PARTIALS, units(c) / UNITS_A_SHARE); }
bool ck_has_enough_pairs(const ck_winograd *c) { return units(c) >= FEWEST_UNITS; }

static long input_component(const ck_winograd *c) { return (long)gradient_tiles(c) * row_of(c) + GAP; }
static long input_slice(const ck_winograd *c) { return components(c) * input_component(c); }
static long gradient_component(const ck_winograd *c) { return (long)gradient_tiles(c) * columns(c) + GAP; }
static long gradient_slice(const ck_winograd *c) { return components(c) * gradient_component(c); }
static size_t paired_worker(const ck_winograd *c) {
  return SLICES * (input_slice(c) + input_component(c) + gradient_component(c)) + 2 * gradient_slice(c) +
         (size_t)components(c) * ck_maximum(row_of(c), columns(c));
}
// [component in depth][component][row][columns]
static long sum_component(const ck_winograd *c) { return (long)row_of(c) * columns(c); }
static long sum_slice(const ck_winograd *c) { return components(c) * sum_component(c); }
static long sum_size(const ck_winograd *c) { return CK_DEPTH_COMPONENTS * sum_slice(c); }

size_t ck_paired_gradient_scratch(const ck_winograd *c) {
  return (size_t)partial_count(c) * sum_size(c) + paired_worker(c) * c->workers;
}

// Transformed slices; and of one component in the plane, the components in depth.
typedef struct {
  float *ring, *gradients, *inputs[CK_DEPTH_COMPONENTS], *outputs[CK_DEPTH_COMPONENTS], *border;
} worker_room;
static worker_room room_of(const ck_gradient_pass *pass, int worker) {
  const ck_winograd *c = pass->c;
  worker_room room = {.ring = pass->scratch + partial_count(c) * sum_size(c) + worker * paired_worker(c)};
  room.gradients = room.ring + SLICES * input_slice(c);
  float *inputs = room.gradients + 2 * gradient_slice(c), *outputs = inputs + SLICES * input_component(c);
  for (int i = 0; i < CK_DEPTH_COMPONENTS; i++) {
    room.inputs[i] = inputs + i * input_component(c);
    room.outputs[i] = outputs + i * gradient_component(c);
  }
  room.border = outputs + SLICES * gradient_component(c);
  return room;
}

// From one slice before the first on.
static float *slice_at(const ck_winograd *c, const worker_room *room, int slice) {
  return room->ring + (slice + 1) % SLICES * input_slice(c);
}

// Slices outside the image are zeros.
static void transform_slice(const ck_gradient_pass *pass, const worker_room *room, ck_tile_range tiles) {
  const ck_winograd *c = pass->c;
  ck_components to = {
      .values = slice_at(c, room, tiles.slice), .component = input_component(c), .row = row_of(c)};
  if (tiles.slice >= 0 && tiles.slice < c->depth)
    ck_gradient_pass_transform(pass, tiles, to, room->border);
  else
    memset(to.values, 0, sizeof(float) * (size_t)input_slice(c));
}

static void transform_gradients(const ck_gradient_pass *pass, const worker_room *room, ck_tile_range tiles) {
  const ck_winograd *c = pass->c;
  ck_components to = {.values = room->gradients, .component = gradient_component(c), .row = columns(c)};
  for (int i = 0; i < 2; i++, tiles.slice++, to.values += gradient_slice(c))
    if (tiles.slice < c->depth)
      pass->kernels->transform_gradient(&pass->grid, &pass->gradient, tiles, to, room->border);
    else
      memset(to.values, 0, sizeof(float) * (size_t)gradient_slice(c));
}

// A part of what the next pair reads.
static void fetch_next(const ck_gradient_pass *pass, ck_tile_range tiles, int part) {
  int parts = components(pass->c), slice = tiles.slice;
  for (int i = 0; i < 2; i++) {
    tiles.slice = slice + SLICES - 1 + i;
    for (int j = 0; j < 2 && pass->inputs[j].channels; j++)
      ck_fetch_tiles(&pass->grid, &pass->inputs[j], tiles, part, parts);
    tiles.slice = slice + 2 + i;
    ck_fetch_tiles(&pass->grid, &pass->gradient, tiles, part, parts);
  }
}

static void add_products(const ck_gradient_pass *pass, const worker_room *room, ck_tile_range tiles, float *sums) {
  const ck_winograd *c = pass->c;
  int count = (int)(tiles.last - tiles.first);
  for (int q = 0; q < components(c); q++, sums += sum_component(c)) {
    fetch_next(pass, tiles, q);
    const float *slices[SLICES], *first = room->gradients + q * gradient_component(c);
    const float *gradients[2] = {first, first + gradient_slice(c)};
    for (int i = 0; i < SLICES; i++) slices[i] = slice_at(c, room, tiles.slice - 1 + i) + q * input_component(c);
    pass->kernels->transform_depth(CK_DEPTH_INPUT, slices, (long)count * row_of(c), room->inputs);
    pass->kernels->transform_depth(CK_DEPTH_GRADIENT, gradients, (long)count * columns(c), room->outputs);
    for (int i = 0; i < CK_DEPTH_COMPONENTS; i++)
      for (int column = 0; column < columns(c); column += PANEL) {
        float *to = sums + i * sum_slice(c) + column;
        pass->kernels->multiply(&(ck_product){
            .rows = row_of(c), .columns = ck_minimum(PANEL, columns(c) - column), .depth = count,
            .a = room->inputs[i], .a_stride = row_of(c), .a_is_transposed = 1, .b = room->outputs[i] + column,
            .b_stride = columns(c), .c = to, .c_stride = columns(c), .start = to, .start_stride = columns(c)});
      }
  }
}

static void paired_share(void *context, int index, int worker) {
  const ck_gradient_pass *pass = context;
  const ck_winograd *c = pass->c;
  worker_room room = room_of(pass, worker);
  float *sums = pass->scratch + index * sum_size(c);
  int begin = (int)((long)units(c) * index / partial_count(c)), next = 0;
  int end = (int)((long)units(c) * (index + 1) / partial_count(c));
  memset(sums, 0, sizeof(float) * (size_t)sum_size(c));
  for (int unit = begin; unit < end; unit++) {
    int first = unit / pairs(c) * gradient_tiles(c), slice = unit % pairs(c) * 2;
    ck_tile_range range = {slice, first, ck_minimum(first + gradient_tiles(c), tiles(c))};
    if (unit == begin || slice == 0) next = slice - 1;
    for (; next < slice + SLICES - 1; next++)
      transform_slice(pass, &room, (ck_tile_range){next, range.first, range.last});
    transform_gradients(pass, &room, range);
    add_products(pass, &room, range, sums);
  }
}

static void join_depth(void *context, int q, int worker) {
  (void)worker;
  const ck_gradient_pass *pass = context;
  const ck_winograd *c = pass->c;
  ck_gradient_pass_join(pass, pass->scratch + q * sum_component(c), sum_slice(c), sum_component(c));
}

static void write_tap(void *context, int tap, int worker) {
  (void)worker;
  const ck_gradient_pass *pass = context;
  const ck_winograd *c = pass->c;
  ck_gradient_pass_write(
      pass, tap, 0, row_of(c), pass->scratch + tap * sum_slice(c), sum_component(c), columns(c));
}

void ck_paired_gradient(const ck_gradient_pass *pass) {
  const ck_winograd *c = pass->c;
  void *context = (void *)pass;
  ck_parallel_for(partial_count(c), c->workers, paired_share, context);
  ck_reduce_partial_sums(pass->scratch, partial_count(c), (size_t)sum_size(c), (size_t)sum_size(c), c->workers);
  ck_parallel_for(components(c), c->workers, join_depth, context);
  ck_parallel_for(c->kernel_depth, c->workers, write_tap, context);
}
