// The gradient of the weights: transformed tiles of the input times transformed tiles of the output's gradient, summed
// over all tiles, transformed back. Sums are cut into parts by the shape alone.
#include <string.h>

#include "../include/ck_threads.h"
#include "winograd_plan.h"

enum { PARTS = 8, CHUNK = 16, LINES_IN_CACHE = 128, LARGEST_PRIVATE = 64 * 64 };

typedef struct {
  const ck_kernels *kernels;
  const ck_winograd *c;
  ck_grid grid;
  ck_operand inputs[2], gradient;
  float *weights_gradient, *scratch;
  int first_tile, last_tile;  // of a staged stretch
} job;

static int columns(const ck_winograd *c) { return padded(filters(c)); }

static void transform_inputs(
    const job *j, int slice, int first, int last, float *to, long line, long component, float *border) {
  for (int i = 0; i < 2 && j->inputs[i].channels; i++)
    j->kernels->transform_input(
        &j->grid, &j->inputs[i], slice, first, last, to, component, line, border);
}

// The channel of a transformed row; below 0 for padding.
static int channel_of_row(const ck_winograd *c, int row) {
  int second = row - padded(c->channels_a);
  if (second < 0) return row < c->channels_a ? row : -1;
  return second < c->channels_b ? c->channels_a + second : -1;
}

// Rows first..<last of sums[component][row][stride].
static void write_rows(
    const job *j, int tap, int first, int last, const float *sums, long component, long stride) {
  const ck_winograd *c = j->c;
  long distance = (long)channels(c) * filters(c);
  for (int row = first; row < last; row++) {
    int channel = channel_of_row(c, row);
    if (channel >= 0)
      j->kernels->transform_weights_gradient(
          c->tile, sums + (row - first) * stride, component, filters(c),
          j->weights_gradient + 9 * tap * distance + (long)channel * filters(c), distance);
  }
}

// MARK: Private: each part of the tiles has sums of its own

static bool is_private(const ck_winograd *c) { return (long)row_of(c) * columns(c) <= LARGEST_PRIVATE; }
static int block_tiles(const ck_winograd *c) {
  int most = BLOCK_FLOATS / (components(c) * (c->kernel_depth * row_of(c) + columns(c)));
  return ck_minimum(ck_maximum(BLOCK_TILES, ck_minimum(LARGEST_BLOCK, most)), tiles(c));
}
static int blocks(const ck_winograd *c) { return ck_ceiling_division(tiles(c), block_tiles(c)); }
static int parts(const ck_winograd *c) { return ck_minimum(PARTS, blocks(c)); }
static long input_component(const ck_winograd *c) { return (long)block_tiles(c) * row_of(c) + GAP; }
static long gradient_component(const ck_winograd *c) { return (long)block_tiles(c) * columns(c) + GAP; }
// [tap][component][row][columns]
static long sum_component(const ck_winograd *c) { return (long)row_of(c) * columns(c); }
static long sum_size(const ck_winograd *c) { return c->kernel_depth * components(c) * sum_component(c); }
static size_t private_worker(const ck_winograd *c) {
  return components(c) *
         (c->kernel_depth * input_component(c) + gradient_component(c) + ck_maximum(row_of(c), columns(c)));
}
static size_t private_scratch(const ck_winograd *c) {
  return (size_t)parts(c) * sum_size(c) + private_worker(c) * c->workers;
}

static void add_products(const job *j, const float *ring, const float *gradient, float *sums, int slice, int count) {
  const ck_winograd *c = j->c;
  for (int tap = 0; tap < c->kernel_depth; tap++) {
    int source = slice + tap - c->kernel_depth / 2;
    if (source < 0 || source >= c->depth) continue;
    const float *in = ring + source % c->kernel_depth * components(c) * input_component(c);
    for (int q = 0; q < components(c); q++)
      for (int column = 0; column < columns(c); column += PANEL) {
        float *to = sums + (tap * components(c) + q) * sum_component(c) + column;
        j->kernels->multiply(&(ck_product){
            .rows = row_of(c), .columns = ck_minimum(PANEL, columns(c) - column), .depth = count,
            .a = in + q * input_component(c), .a_stride = row_of(c), .a_is_transposed = 1,
            .b = gradient + q * gradient_component(c) + column, .b_stride = columns(c), .c = to,
            .c_stride = columns(c), .start = to, .start_stride = columns(c)});
      }
  }
}

static void private_part(void *context, int index, int worker) {
  const job *j = context;
  const ck_winograd *c = j->c;
  float *sums = j->scratch + index * sum_size(c);
  float *ring = j->scratch + parts(c) * sum_size(c) + worker * private_worker(c);
  float *gradient = ring + components(c) * c->kernel_depth * input_component(c);
  float *border = gradient + components(c) * gradient_component(c);
  int margin = c->kernel_depth / 2, block = block_tiles(c);
  memset(sums, 0, sizeof(float) * (size_t)sum_size(c));
  for (int b = blocks(c) * index / parts(c); b < blocks(c) * (index + 1) / parts(c); b++) {
    int first = b * block, last = ck_minimum(first + block, tiles(c));
    for (int slice = 0; slice < c->depth + margin; slice++) {
      if (slice < c->depth)
        transform_inputs(
            j, slice, first, last, ring + slice % c->kernel_depth * components(c) * input_component(c),
            row_of(c), input_component(c), border);
      if (slice < margin) continue;
      j->kernels->transform_gradient(
          &j->grid, &j->gradient, slice - margin, first, last, gradient, gradient_component(c), columns(c), border);
      add_products(j, ring, gradient, sums, slice - margin, last - first);
    }
  }
}

static void private_write(void *context, int tap, int worker) {
  (void)worker;
  const job *j = context;
  const ck_winograd *c = j->c;
  write_rows(
      j, tap, 0, row_of(c), j->scratch + tap * components(c) * sum_component(c), sum_component(c), columns(c));
}

// MARK: Staged: all tiles of a stretch are transformed, then multiplied component by component

// The floats from a tile to the next: powers of two would share cache lines.
static long input_line(const ck_winograd *c) { return row_of(c) + GAP; }
static long gradient_line(const ck_winograd *c) { return columns(c) + GAP; }
static int stretch_tiles(const ck_winograd *c) {
  int most = (int)(STAGED_FLOATS / ((long)components(c) * c->depth * (row_of(c) + columns(c))));
  return ck_ceiling_division(tiles(c), ck_ceiling_division(tiles(c), ck_maximum(most, 1)));
}
static long staged_input(const ck_winograd *c) { return (long)stretch_tiles(c) * c->depth * input_line(c) + GAP; }
static long staged_gradient(const ck_winograd *c) { return (long)stretch_tiles(c) * c->depth * gradient_line(c) + GAP; }
// [tap][component][row][columns], with gaps
static long product_line(const ck_winograd *c) { return columns(c) + GAP; }
static long product_component(const ck_winograd *c) { return row_of(c) * product_line(c); }
static size_t staged_scratch(const ck_winograd *c) {
  return components(c) * (staged_input(c) + staged_gradient(c) + (size_t)c->kernel_depth * product_component(c) +
                          (size_t)ck_maximum(row_of(c), columns(c)) * c->workers);
}
static float *staged_gradients(const job *j) { return j->scratch + components(j->c) * staged_input(j->c); }
static float *staged_products(const job *j) { return staged_gradients(j) + components(j->c) * staged_gradient(j->c); }
static float *staged_border(const job *j, int worker) {
  return staged_products(j) + (size_t)components(j->c) * j->c->kernel_depth * product_component(j->c) +
         (size_t)worker * components(j->c) * ck_maximum(row_of(j->c), columns(j->c));
}

static void staged_transform(void *context, int index, int worker) {
  const job *j = context;
  const ck_winograd *c = j->c;
  int parts = ck_ceiling_division(j->last_tile - j->first_tile, BLOCK_TILES), slice = index / parts;
  int first = j->first_tile + index % parts * BLOCK_TILES, last = ck_minimum(first + BLOCK_TILES, j->last_tile);
  long line = (long)slice * (j->last_tile - j->first_tile) + first - j->first_tile;
  float *border = staged_border(j, worker);
  transform_inputs(j, slice, first, last, j->scratch + line * input_line(c), input_line(c), staged_input(c), border);
  j->kernels->transform_gradient(
      &j->grid, &j->gradient, slice, first, last, staged_gradients(j) + line * gradient_line(c), staged_gradient(c),
      gradient_line(c), border);
}

static void staged_sum(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  const ck_winograd *c = j->c;
  int tap = index / components(c), q = index % components(c), count = j->last_tile - j->first_tile;
  int shift = tap - c->kernel_depth / 2, begin = ck_maximum(0, -shift), end = c->depth - ck_maximum(0, shift);
  float *sums = staged_products(j) + index * product_component(c);
  const float *in = j->scratch + q * staged_input(c) + (long)(begin + shift) * count * input_line(c);
  const float *gradient = staged_gradients(j) + q * staged_gradient(c) + (long)begin * count * gradient_line(c);
  long lines = (long)ck_maximum(end - begin, 0) * count;
  for (long line = 0; line == 0 || line < lines; line += LINES_IN_CACHE)
    for (int column = 0; column < columns(c); column += PANEL)
      j->kernels->multiply(&(ck_product){
          .rows = row_of(c), .columns = ck_minimum(PANEL, columns(c) - column),
          .depth = lines - line < LINES_IN_CACHE ? lines - line : LINES_IN_CACHE,
          .a = in + line * input_line(c), .a_stride = input_line(c), .a_is_transposed = 1,
          .b = gradient + line * gradient_line(c) + column, .b_stride = gradient_line(c), .c = sums + column,
          .c_stride = product_line(c), .start = line > 0 || j->first_tile > 0 ? sums + column : NULL,
          .start_stride = product_line(c)});
}

static void staged_write(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  const ck_winograd *c = j->c;
  int chunks = ck_ceiling_division(row_of(c), CHUNK), tap = index / chunks, first = index % chunks * CHUNK;
  write_rows(
      j, tap, first, ck_minimum(first + CHUNK, row_of(c)),
      staged_products(j) + (long)tap * components(c) * product_component(c) + first * product_line(c),
      product_component(c), product_line(c));
}

// MARK: The choice

size_t ck_winograd_weights_gradient_scratch(const ck_winograd *c) {
  return (is_private(c) ? private_scratch(c) : staged_scratch(c)) + PANEL;
}

void ck_winograd_weights_gradient(
    const ck_winograd *c, ck_input a, ck_input b, const float *gradient, float *weights_gradient,
    float *scratch) {
  job j = {
      .kernels = ck_kernels_in_use(),
      .c = c,
      .grid = grid_of(c),
      .inputs = {operand_of(a, c->channels_a, 0), operand_of(b, c->channels_b, padded(c->channels_a))},
      .gradient = {.values = gradient, .channels = filters(c)},
      .weights_gradient = weights_gradient,
      .scratch = scratch,
  };
  if (is_private(c)) {
    ck_parallel_for(parts(c), c->workers, private_part, &j);
    ck_reduce_partial_sums(scratch, parts(c), (size_t)sum_size(c), (size_t)sum_size(c), c->workers);
    ck_parallel_for(c->kernel_depth, c->workers, private_write, &j);
    return;
  }
  for (; j.first_tile < tiles(c); j.first_tile = j.last_tile) {
    j.last_tile = ck_minimum(j.first_tile + stretch_tiles(c), tiles(c));
    int parts = ck_ceiling_division(j.last_tile - j.first_tile, BLOCK_TILES);
    ck_parallel_for(parts * c->depth, c->workers, staged_transform, &j);
    ck_parallel_for(components(c) * c->kernel_depth, c->workers, staged_sum, &j);
  }
  ck_parallel_for(ck_ceiling_division(row_of(c), CHUNK) * c->kernel_depth, c->workers, staged_write, &j);
}
