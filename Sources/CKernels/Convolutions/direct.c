// Blocks of pixels are gathered into rows in a worker's scratch and multiplied there.
#include "direct.h"

#include <string.h>

#include "include/ck_threads.h"
#include "panels.h"
#include "patches.h"

enum { BLOCK_FLOATS = 131072, SMALLEST_BLOCK = 64, LARGEST_BLOCK = 256, TILE = 16 };

static int taps(const ck_convolution *c) { return c->kernel_depth * c->kernel_height * c->kernel_width; }
static int channels(const ck_convolution *c) { return c->channels_a + c->channels_b; }

// How the positions of a pass are cut into blocks, each with a row of `unfolded` floats a position.
typedef struct {
  ck_patches patches;
  int unfolded, block, blocks;
} cut;

static cut cut_of(ck_patches patches, int unfolded) {
  int block = ck_maximum(SMALLEST_BLOCK, ck_minimum(LARGEST_BLOCK, BLOCK_FLOATS / unfolded));
  long positions = ck_positions(&patches);
  if (positions < block) block = (int)positions;
  int blocks = (int)((positions + block - 1) / block);
  return (cut){.patches = patches, .unfolded = unfolded, .block = block, .blocks = blocks};
}
static cut cut_of_output(const ck_convolution *c) { return cut_of(ck_patches_of_input(c), taps(c) * channels(c)); }
static cut cut_of_input(const ck_convolution *c) { return cut_of(ck_patches_of_output(c), taps(c) * c->filters); }

static int positions_of(const cut *u, int block) {
  long first = (long)block * u->block, positions = ck_positions(&u->patches);
  return positions - first < u->block ? (int)(positions - first) : u->block;
}

// Rows that are gathered, and room for a panel of products.
static size_t worker_scratch(const cut *u) { return ck_padded((size_t)u->block * (u->unfolded + CK_PANEL)); }
static float *spare(const cut *u, float *scratch) { return scratch + (size_t)u->block * u->unfolded; }

// A kernel of one pixel reads the pixels where they stand.
static bool is_in_place(const cut *u) {
  const ck_patches *p = &u->patches;
  return ck_taps(p) == 1 && p->depth.positions == p->depth.pixels && p->height.positions == p->height.pixels &&
         p->width.positions == p->width.pixels;
}

static const float *gather_inputs(
    const ck_convolution *c, const cut *u, const ck_convolution_tensors *t, int block, float *rows) {
  const float *a = t->input_a.values, *b = t->input_b.values;
  long first = (long)block * u->block;
  if (is_in_place(u) && !b) return a + first * c->channels_a;
  ck_gather(&u->patches, a, c->channels_a, 0, channels(c), first, positions_of(u, block), rows);
  if (b) ck_gather(&u->patches, b, c->channels_b, c->channels_a, channels(c), first, positions_of(u, block), rows);
  return rows;
}

typedef struct {
  const ck_kernels *kernels;
  const ck_convolution *c;
  cut cut;
  const ck_convolution_tensors *t;
  const float *packed[2];
  ck_epilogue epilogue;  // of whole panels
  float *partials, *scratch;
} direct_pass;

static float *scratch_of(const direct_pass *pass, int worker) {
  return pass->scratch + worker * worker_scratch(&pass->cut);
}

// MARK: Forward

size_t ck_direct_forward_scratch(const ck_convolution *c) {
  cut u = cut_of_output(c);
  return ck_packed_size(u.unfolded + 2, c->filters) + worker_scratch(&u) * c->workers;
}

static void forward_block(void *context, int block, int worker) {
  const direct_pass *pass = context;
  const ck_convolution *c = pass->c;
  const cut *u = &pass->cut;
  float *scratch = scratch_of(pass, worker), *output = pass->t->output + (long)block * u->block * c->filters;
  ck_product product = {
      .rows = positions_of(u, block), .depth = u->unfolded, .a = gather_inputs(c, u, pass->t, block, scratch),
      .a_stride = u->unfolded, .c = output, .c_stride = c->filters};
  for (int panel = 0; panel < ck_panels(c->filters); panel++)
    ck_multiply_panel(pass->kernels, product, pass->epilogue, c->filters, panel, pass->packed[0], spare(u, scratch));
}

void ck_direct_forward(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch) {
  ck_epilogue epilogue = t->epilogue;
  direct_pass pass = {
      .kernels = ck_kernels_in_use(), .c = c, .cut = cut_of_output(c), .t = t, .packed = {scratch},
      .epilogue = epilogue};
  size_t line = ck_packed_size(1, c->filters);
  float *scale = scratch + ck_packed_size(pass.cut.unfolded, c->filters), *shift = scale + line;
  pass.scratch = shift + line;
  if (epilogue.scale) ck_pad_columns(epilogue.scale, c->filters, scale), pass.epilogue.scale = scale;
  if (epilogue.shift) ck_pad_columns(epilogue.shift, c->filters, shift), pass.epilogue.shift = shift;
  ck_pack(t->weights, pass.cut.unfolded, c->filters, c->filters, scratch);
  ck_parallel_for(pass.cut.blocks, c->workers, forward_block, &pass);
}

// MARK: Backward to the data: a convolution of the output's gradient with the weights turned round

typedef struct {
  const ck_convolution *c;
  const float *weights;
  float *turned;
} turning;

// [rows, columns] -> [columns, rows]
CK_LOOP(
    void, transpose, (const float *restrict from, int rows, int columns, float *restrict to),
    (from, rows, columns, to)) {
  for (int row = 0; row < rows; row += TILE)
    for (int column = 0; column < columns; column += TILE) {
      int last_row = ck_minimum(row + TILE, rows), last_column = ck_minimum(column + TILE, columns);
      for (int j = column; j < last_column; j++)
        for (int i = row; i < last_row; i++) to[(size_t)j * rows + i] = from[(size_t)i * columns + j];
    }
}

// [taps, channels, filters] -> [taps in reverse, filters, channels]
static void turn_tap(void *context, int tap, int worker) {
  (void)worker;
  const turning *t = context;
  size_t size = (size_t)channels(t->c) * t->c->filters;
  transpose(
      t->weights + (taps(t->c) - 1 - tap) * size, channels(t->c), t->c->filters, t->turned + tap * size);
}

void ck_turn_weights(const ck_convolution *c, const float *weights, float *turned) {
  turning t = {c, weights, turned};
  ck_parallel_for(taps(c), c->workers, turn_tap, &t);
}

static size_t turned_size(const ck_convolution *c) { return ck_padded((size_t)taps(c) * channels(c) * c->filters); }

size_t ck_direct_backward_data_scratch(const ck_convolution *c) {
  cut u = cut_of_input(c);
  return turned_size(c) + ck_packed_size(u.unfolded, c->channels_a) + ck_packed_size(u.unfolded, c->channels_b) +
         worker_scratch(&u) * c->workers;
}

static void data_block(void *context, int block, int worker) {
  const direct_pass *pass = context;
  const ck_convolution *c = pass->c;
  const cut *u = &pass->cut;
  long first = (long)block * u->block;
  float *scratch = scratch_of(pass, worker);
  const float *rows = pass->t->output_gradient + first * c->filters;
  if (!is_in_place(u)) {
    ck_gather(&u->patches, pass->t->output_gradient, c->filters, 0, c->filters, first, positions_of(u, block), scratch);
    rows = scratch;
  }
  int widths[2] = {c->channels_a, c->channels_b};
  ck_gradient gradients[2] = {pass->t->gradient_a, pass->t->gradient_b};
  for (int side = 0; side < 2; side++) {
    if (!gradients[side].values) continue;
    float *to = gradients[side].values + first * widths[side];
    ck_product product = {
        .rows = positions_of(u, block), .depth = u->unfolded, .a = rows, .a_stride = u->unfolded, .c = to,
        .c_stride = widths[side], .start = gradients[side].adds ? to : NULL, .start_stride = widths[side]};
    for (int panel = 0; panel < ck_panels(widths[side]); panel++)
      ck_multiply_panel(
          pass->kernels, product, (ck_epilogue){0}, widths[side], panel, pass->packed[side], spare(u, scratch));
  }
}

void ck_direct_backward_data(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch) {
  direct_pass pass = {.kernels = ck_kernels_in_use(), .c = c, .cut = cut_of_input(c), .t = t};
  int depth = pass.cut.unfolded;
  float *a = scratch + turned_size(c), *b = a + ck_packed_size(depth, c->channels_a);
  ck_turn_weights(c, t->weights, scratch);
  ck_pack(scratch, depth, c->channels_a, channels(c), a);
  ck_pack(scratch + c->channels_a, depth, c->channels_b, channels(c), b);
  pass.packed[0] = a, pass.packed[1] = b, pass.scratch = b + ck_packed_size(depth, c->channels_b);
  ck_parallel_for(pass.cut.blocks, c->workers, data_block, &pass);
}

// MARK: Backward to the weights

static int padded_filters(const ck_convolution *c) { return ck_ceiling_division(c->filters, 16) * 16; }
static size_t partial_size(const cut *u, const ck_convolution *c) { return (size_t)u->unfolded * padded_filters(c); }
static int partial_count(const cut *u) { return ck_minimum(CK_PARTIAL_SUMS, u->blocks); }
// Gathered rows, and the gradient with its filters padded.
static size_t weights_worker(const cut *u, const ck_convolution *c) {
  return ck_padded((size_t)u->block * (u->unfolded + padded_filters(c)));
}

size_t ck_direct_backward_weights_scratch(const ck_convolution *c) {
  cut u = cut_of_output(c);
  return partial_size(&u, c) * partial_count(&u) + weights_worker(&u, c) * c->workers;
}

static const float *padded_gradient(const ck_convolution *c, const float *gradient, int count, float *to) {
  int all = padded_filters(c);
  if (all == c->filters) return gradient;
  for (int p = 0; p < count; p++, gradient += c->filters) {
    memcpy(to + (long)p * all, gradient, sizeof(float) * (size_t)c->filters);
    memset(to + (long)p * all + c->filters, 0, sizeof(float) * (size_t)(all - c->filters));
  }
  return to;
}

static void weights_share(void *context, int share, int worker) {
  const direct_pass *pass = context;
  const ck_convolution *c = pass->c;
  const cut *u = &pass->cut;
  int partials = partial_count(u), begin = u->blocks * share / partials, end = u->blocks * (share + 1) / partials;
  int all = padded_filters(c);
  float *sum = pass->partials + share * partial_size(u, c), *scratch = pass->scratch + worker * weights_worker(u, c);
  for (int block = begin; block < end; block++) {
    int count = positions_of(u, block);
    const float *rows = gather_inputs(c, u, pass->t, block, scratch);
    const float *gradient = padded_gradient(
        c, pass->t->output_gradient + (long)block * u->block * c->filters, count,
        scratch + (size_t)u->block * u->unfolded);
    for (int column = 0; column < all; column += CK_PANEL)
      pass->kernels->multiply(&(ck_product){
          .rows = u->unfolded, .columns = ck_minimum(CK_PANEL, all - column), .depth = count, .a = rows,
          .a_stride = u->unfolded, .a_is_transposed = 1, .b = gradient + column, .b_stride = all, .c = sum + column,
          .c_stride = all,
          .start = block > begin ? sum + column : NULL, .start_stride = all});
  }
}

void ck_direct_backward_weights(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch) {
  direct_pass pass = {
      .kernels = ck_kernels_in_use(), .c = c, .cut = cut_of_output(c), .t = t, .partials = scratch};
  int partials = partial_count(&pass.cut);
  size_t size = partial_size(&pass.cut, c);
  pass.scratch = scratch + size * partials;
  ck_parallel_for(partials, c->workers, weights_share, &pass);
  ck_reduce_partial_sums(scratch, partials, size, size, c->workers);
  for (int row = 0; row < pass.cut.unfolded; row++)
    memcpy(
        t->weights_gradient + (long)row * c->filters, scratch + (long)row * padded_filters(c),
        sizeof(float) * (size_t)c->filters);
}
