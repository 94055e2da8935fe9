// Paired: as fused, with F(2, 3) in depth. Of each plane component, four slices of the input become four components in
// depth, which are multiplied and become two slices of the output, all within the first cache.
#include <string.h>

#include "include/ck_threads.h"
#include "winograd_fetch.h"
#include "winograd_pass.h"

enum { SMALLEST_PAIRS = 4, SLICES = 4 };

// Pairs of slices that one item goes through, so that each slice is transformed about once.
static int pairs(const ck_winograd *c) { return ck_ceiling_division(c->depth, 2); }
static int chunks(const ck_winograd *c) {
  int wanted = ck_ceiling_division(ENOUGH_ITEMS, blocks(c));
  return ck_maximum(1, ck_minimum(wanted, pairs(c) / SMALLEST_PAIRS));
}

static long input_component(const ck_winograd *c) { return (long)largest_block(c) * input_line(c) + GAP; }
static long input_slice(const ck_winograd *c) { return components(c) * input_component(c); }
static long output_component(const ck_winograd *c) { return (long)largest_block(c) * PANEL + GAP; }
static long output_slice(const ck_winograd *c) { return components(c) * output_component(c); }
static size_t paired_worker(const ck_winograd *c) {
  return SLICES * (input_slice(c) + input_component(c) + output_component(c)) + 2 * output_slice(c) +
         (size_t)components(c) * row_of(c) + PANEL;
}
size_t ck_paired_scratch(const ck_winograd *c) { return paired_worker(c) * c->workers; }

// Transformed slices; components in depth of the input and of the output, for one component in the plane; two slices of
// the output.
typedef struct {
  float *ring, *inputs[CK_DEPTH_COMPONENTS], *outputs[CK_DEPTH_COMPONENTS], *products, *border;
} worker_room;
static worker_room room_of(const ck_pass *pass, int worker) {
  const ck_winograd *c = pass->c;
  worker_room room = {.ring = pass->scratch + worker * paired_worker(c)};
  float *inputs = room.ring + SLICES * input_slice(c), *outputs = inputs + SLICES * input_component(c);
  for (int i = 0; i < CK_DEPTH_COMPONENTS; i++) {
    room.inputs[i] = inputs + i * input_component(c);
    room.outputs[i] = outputs + i * output_component(c);
  }
  room.products = outputs + SLICES * output_component(c);
  room.border = room.products + 2 * output_slice(c) + PANEL;
  return room;
}

// From one slice before the first on.
static float *slice_at(const ck_winograd *c, const worker_room *room, int slice) {
  return room->ring + (slice + 1) % SLICES * input_slice(c);
}

// Slices outside the image are zeros.
static void transform_slice(const ck_pass *pass, const worker_room *room, ck_tile_range tiles) {
  const ck_winograd *c = pass->c;
  float *to = slice_at(c, room, tiles.slice);
  if (tiles.slice >= 0 && tiles.slice < c->depth)
    ck_pass_transform(pass, tiles, to, input_component(c), room->border);
  else
    memset(to, 0, sizeof(float) * (size_t)input_slice(c));
}

// A part of what the next pair reads.
static void fetch_next(const ck_pass *pass, ck_tile_range tiles, int part, int parts) {
  tiles.slice += SLICES - 1;
  for (int i = 0; i < 2; i++, tiles.slice++)
    for (int j = 0; j < 2 && pass->operands[j].channels; j++)
      ck_fetch_tiles(&pass->grid, &pass->operands[j], tiles, part, parts);
}

static void multiply_pair(const ck_pass *pass, const worker_room *room, ck_tile_range tiles, int panel) {
  const ck_winograd *c = pass->c;
  int width = panel_width(c, panel), rows = (int)(tiles.last - tiles.first);
  for (int q = 0; q < components(c); q++) {
    fetch_next(pass, tiles, panel * components(c) + q, panels(c) * components(c));
    const float *slices[SLICES], *outputs[CK_DEPTH_COMPONENTS];
    for (int i = 0; i < SLICES; i++)
      slices[i] = slice_at(c, room, tiles.slice - 1 + i) + q * input_component(c), outputs[i] = room->outputs[i];
    pass->kernels->transform_depth(CK_DEPTH_INPUT, slices, (long)rows * input_line(c), room->inputs);
    for (int i = 0; i < CK_DEPTH_COMPONENTS; i++)
      pass->kernels->multiply(&(ck_product){
          .rows = rows, .columns = width, .depth = row_of(c), .a = room->inputs[i], .a_stride = input_line(c),
          .b = weights_at(c, pass->transformed, panel, i, q), .b_stride = width, .c = room->outputs[i],
          .c_stride = width, .next = weights_behind(c, pass->transformed, panel, i, q)});
    float *to = room->products + q * output_component(c), *written[2] = {to, to + output_slice(c)};
    pass->kernels->transform_depth(CK_DEPTH_OUTPUT, outputs, (long)rows * width, written);
  }
}

static void write_pair(const ck_pass *pass, const worker_room *room, ck_tile_range tiles, int panel) {
  const ck_winograd *c = pass->c;
  ck_components products = {
      .values = room->products, .component = output_component(c), .row = panel_width(c, panel)};
  int end = ck_minimum(tiles.slice + 2, c->depth);
  for (; tiles.slice < end; tiles.slice++, products.values += output_slice(c))
    ck_pass_write(pass, products, panel, tiles);
}

static void paired_item(void *context, int index, int worker) {
  const ck_pass *pass = context;
  const ck_winograd *c = pass->c;
  worker_room room = room_of(pass, worker);
  int block = index % blocks(c), chunk = index / blocks(c);
  int begin = pairs(c) * chunk / chunks(c) * 2, end = pairs(c) * (chunk + 1) / chunks(c) * 2;
  for (int slice = begin, next = begin - 1; slice < end; slice += 2) {
    for (; next < slice + SLICES - 1; next++) transform_slice(pass, &room, block_at(c, next, block));
    ck_tile_range tiles = block_at(c, slice, block);
    for (int panel = 0; panel < panels(c); panel++) {
      multiply_pair(pass, &room, tiles, panel);
      write_pair(pass, &room, tiles, panel);
    }
  }
}

void ck_paired_forward(ck_pass *pass) {
  ck_parallel_for(blocks(pass->c) * chunks(pass->c), pass->c->workers, paired_item, pass);
}
