// The gradient of the weights: transformed tiles of the input times transformed tiles of the output's gradient, summed
// over all tiles, transformed back. Sums are cut into shares by the shape alone.
#include <string.h>

#include "include/ck_threads.h"
#include "winograd_gradient.h"

void ck_gradient_pass_transform(
    const ck_gradient_pass *pass, ck_tile_range tiles, ck_components to, float *border) {
  for (int i = 0; i < 2 && pass->inputs[i].channels; i++)
    pass->kernels->transform_input(&pass->grid, &pass->inputs[i], tiles, to, border);
}

// The channel of a transformed row; below 0 for padding.
static int channel_of_row(const ck_winograd *c, int row) {
  int second = row - padded(c->channels_a);
  if (second < 0) return row < c->channels_a ? row : -1;
  return second < c->channels_b ? c->channels_a + second : -1;
}

void ck_gradient_pass_join(const ck_gradient_pass *pass, float *first, long distance, long count) {
  float *lines[CK_DEPTH_COMPONENTS];
  const float *from[CK_DEPTH_COMPONENTS];
  for (int i = 0; i < CK_DEPTH_COMPONENTS; i++) from[i] = lines[i] = first + i * distance;
  pass->kernels->transform_depth(CK_DEPTH_WEIGHTS_GRADIENT, from, count, lines);
}

void ck_gradient_pass_write(
    const ck_gradient_pass *pass, int tap, int first, int last, const float *sums, long component, long stride) {
  const ck_winograd *c = pass->c;
  long distance = (long)channels(c) * filters(c);
  for (int row = first; row < last; row++) {
    int channel = channel_of_row(c, row);
    if (channel >= 0)
      pass->kernels->transform_weights_gradient(
          c->tile, sums + (row - first) * stride, component, filters(c),
          pass->weights_gradient + 9 * tap * distance + (long)channel * filters(c), distance);
  }
}

// MARK: Private: each share of the tiles has sums of its own

static int gradient_tiles(const ck_winograd *c) {
  int most = BLOCK_FLOATS / (components(c) * (c->kernel_depth * row_of(c) + columns(c)));
  return ck_minimum(ck_maximum(BLOCK_TILES, ck_minimum(LARGEST_BLOCK, most)), tiles(c));
}
static int gradient_blocks(const ck_winograd *c) { return ck_ceiling_division(tiles(c), gradient_tiles(c)); }
static int partial_count(const ck_winograd *c) { return ck_minimum(MOST_PARTIALS, gradient_blocks(c)); }
static long input_component(const ck_winograd *c) { return (long)gradient_tiles(c) * row_of(c) + GAP; }
static long gradient_component(const ck_winograd *c) { return (long)gradient_tiles(c) * columns(c) + GAP; }
// [tap][component][row][columns]
static long sum_component(const ck_winograd *c) { return (long)row_of(c) * columns(c); }
static long sum_size(const ck_winograd *c) { return c->kernel_depth * components(c) * sum_component(c); }
static size_t private_worker(const ck_winograd *c) {
  return components(c) *
         (c->kernel_depth * input_component(c) + gradient_component(c) + ck_maximum(row_of(c), columns(c)));
}
static size_t private_scratch(const ck_winograd *c) {
  return (size_t)partial_count(c) * sum_size(c) + private_worker(c) * c->workers;
}

static void add_products(
    const ck_gradient_pass *pass, const float *ring, const float *gradient, float *sums, int slice, int count) {
  const ck_winograd *c = pass->c;
  for (int tap = 0; tap < c->kernel_depth; tap++) {
    int source = slice + tap - c->kernel_depth / 2;
    if (source < 0 || source >= c->depth) continue;
    const float *in = ring + source % c->kernel_depth * components(c) * input_component(c);
    for (int q = 0; q < components(c); q++)
      for (int column = 0; column < columns(c); column += PANEL) {
        float *to = sums + (tap * components(c) + q) * sum_component(c) + column;
        pass->kernels->multiply(&(ck_product){
            .rows = row_of(c), .columns = ck_minimum(PANEL, columns(c) - column), .depth = count,
            .a = in + q * input_component(c), .a_stride = row_of(c), .a_is_transposed = 1,
            .b = gradient + q * gradient_component(c) + column, .b_stride = columns(c), .c = to,
            .c_stride = columns(c), .start = to, .start_stride = columns(c)});
      }
  }
}

// Where a slice's transformed tiles are kept for as long as taps in depth read them.
static ck_components ring_at(const ck_winograd *c, float *ring, int slice) {
  return (ck_components){
      .values = ring + slice % c->kernel_depth * components(c) * input_component(c),
      .component = input_component(c),
      .row = row_of(c),
  };
}

static void private_share(void *context, int index, int worker) {
  const ck_gradient_pass *pass = context;
  const ck_winograd *c = pass->c;
  float *sums = pass->scratch + index * sum_size(c);
  float *ring = pass->scratch + partial_count(c) * sum_size(c) + worker * private_worker(c);
  float *gradient = ring + components(c) * c->kernel_depth * input_component(c);
  float *border = gradient + components(c) * gradient_component(c);
  int margin = c->kernel_depth / 2, block = gradient_tiles(c);
  memset(sums, 0, sizeof(float) * (size_t)sum_size(c));
  int count = gradient_blocks(c), parts = partial_count(c);
  for (int b = count * index / parts; b < count * (index + 1) / parts; b++) {
    int first = b * block, last = ck_minimum(first + block, tiles(c));
    for (int slice = 0; slice < c->depth + margin; slice++) {
      if (slice < c->depth)
        ck_gradient_pass_transform(pass, (ck_tile_range){slice, first, last}, ring_at(c, ring, slice), border);
      if (slice < margin) continue;
      pass->kernels->transform_gradient(
          &pass->grid, &pass->gradient, (ck_tile_range){slice - margin, first, last},
          (ck_components){.values = gradient, .component = gradient_component(c), .row = columns(c)}, border);
      add_products(pass, ring, gradient, sums, slice - margin, last - first);
    }
  }
}

static void private_write(void *context, int tap, int worker) {
  (void)worker;
  const ck_gradient_pass *pass = context;
  const ck_winograd *c = pass->c;
  ck_gradient_pass_write(
      pass, tap, 0, row_of(c), pass->scratch + tap * components(c) * sum_component(c), sum_component(c), columns(c));
}

// MARK: The choice

static bool is_paired_gradient(const ck_winograd *c) {
  return has_small_sums(c) && saves_in_depth(c) && ck_has_enough_pairs(c);
}
static bool is_private(const ck_winograd *c) { return has_small_sums(c) && !saves_in_depth(c); }

size_t ck_winograd_weights_gradient_scratch(const ck_winograd *c) {
  if (is_paired_gradient(c)) return ck_paired_gradient_scratch(c) + PANEL;
  return (is_private(c) ? private_scratch(c) : ck_staged_gradient_scratch(c)) + PANEL;
}

void ck_winograd_weights_gradient(const ck_winograd *c, const ck_convolution_tensors *t, float *scratch) {
  ck_gradient_pass pass = {
      .kernels = ck_kernels_in_use(),
      .c = c,
      .grid = grid_of(c),
      .inputs =
          {operand_of(t->input_a, c->channels_a, 0), operand_of(t->input_b, c->channels_b, padded(c->channels_a))},
      .gradient = {.values = t->output_gradient, .channels = filters(c)},
      .weights_gradient = t->weights_gradient,
      .scratch = scratch,
  };
  if (is_paired_gradient(c)) return ck_paired_gradient(&pass);
  if (is_private(c)) {
    ck_parallel_for(partial_count(c), c->workers, private_share, &pass);
    ck_reduce_partial_sums(scratch, partial_count(c), (size_t)sum_size(c), (size_t)sum_size(c), c->workers);
    ck_parallel_for(c->kernel_depth, c->workers, private_write, &pass);
    return;
  }
  ck_staged_gradient(&pass);
}
