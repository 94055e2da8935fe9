// The output and the gradient of the weights; direct_data.c has the gradient of the input.
#include "direct.h"

#include <string.h>

#include "direct_blocks.h"
#include "include/ck_threads.h"

static cut cut_of_output(const ck_convolution *c) { return cut_of(ck_patches_of_input(c), channels(c)); }

// Of one channel, the rows are gathered as columns: [tap][position].
static bool is_by_taps(const ck_convolution *c, const cut *u) { return channels(c) == 1 && !is_in_place(u); }
static long tap_line(const cut *u) { return u->block + CK_LINE; }
static long gathered_line(const ck_convolution *c, const cut *u) {
  return is_by_taps(c, u) ? tap_line(u) : u->unfolded;
}
static size_t gathered_size(const ck_convolution *c, const cut *u) {
  return is_by_taps(c, u) ? u->unfolded * tap_line(u) : (size_t)u->block * u->unfolded;
}

static const float *gather_inputs(
    const ck_convolution *c, const cut *u, const ck_convolution_tensors *t, int block, float *rows) {
  const float *a = t->input_a.values, *b = t->input_b.values;
  long first = (long)block * u->block;
  if (is_in_place(u) && !b) return a + first * c->channels_a;
  if (is_by_taps(c, u)) {
    ck_gather_taps(&u->patches, a ? a : b, first, positions_of(u, block), tap_line(u), rows);
    return rows;
  }
  ck_gather(&u->patches, a, c->channels_a, 0, channels(c), first, positions_of(u, block), rows);
  if (b) ck_gather(&u->patches, b, c->channels_b, c->channels_a, channels(c), first, positions_of(u, block), rows);
  return rows;
}

typedef struct {
  const ck_kernels *kernels;
  const ck_convolution *c;
  cut cut;
  const ck_convolution_tensors *t;
  const float *packed;
  ck_epilogue epilogue;  // of whole panels
  float *partials, *scratch;
} direct_pass;

// MARK: Forward

// Rows that are gathered, and room for a panel of products.
static size_t forward_worker(const ck_convolution *c, const cut *u) {
  return ck_padded(gathered_size(c, u) + (size_t)u->block * CK_PANEL);
}

size_t ck_direct_forward_scratch(const ck_convolution *c) {
  cut u = cut_of_output(c);
  return ck_packed_size(u.unfolded + 2, c->filters) + forward_worker(c, &u) * c->workers;
}

static void forward_block(void *context, int block, int worker) {
  const direct_pass *pass = context;
  const ck_convolution *c = pass->c;
  const cut *u = &pass->cut;
  float *scratch = pass->scratch + worker * forward_worker(c, u);
  float *output = pass->t->output + (long)block * u->block * c->filters;
  ck_product product = {
      .rows = positions_of(u, block), .depth = u->unfolded, .a = gather_inputs(c, u, pass->t, block, scratch),
      .a_stride = gathered_line(c, u), .a_is_transposed = is_by_taps(c, u), .c = output, .c_stride = c->filters};
  for (int panel = 0; panel < ck_panels(c->filters); panel++)
    ck_multiply_panel(
        pass->kernels, product, pass->epilogue, c->filters, panel, pass->packed, scratch + gathered_size(c, u));
}

void ck_direct_forward(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch) {
  ck_epilogue epilogue = t->epilogue;
  direct_pass pass = {
      .kernels = ck_kernels_in_use(), .c = c, .cut = cut_of_output(c), .t = t, .packed = scratch,
      .epilogue = epilogue};
  size_t line = ck_packed_size(1, c->filters);
  float *scale = scratch + ck_packed_size(pass.cut.unfolded, c->filters), *shift = scale + line;
  pass.scratch = shift + line;
  if (epilogue.scale) ck_pad_columns(epilogue.scale, c->filters, scale), pass.epilogue.scale = scale;
  if (epilogue.shift) ck_pad_columns(epilogue.shift, c->filters, shift), pass.epilogue.shift = shift;
  ck_pack(t->weights, pass.cut.unfolded, c->filters, c->filters, scratch);
  ck_parallel_for(pass.cut.blocks, c->workers, forward_block, &pass);
}

// MARK: Backward to the weights

static int padded_filters(const ck_convolution *c) { return ck_ceiling_division(c->filters, 16) * 16; }
static size_t partial_size(const cut *u, const ck_convolution *c) { return (size_t)u->unfolded * padded_filters(c); }
static int partial_count(const cut *u) { return ck_minimum(CK_PARTIAL_SUMS, u->blocks); }
// Gathered rows, and the gradient with its filters padded.
static size_t weights_worker(const cut *u, const ck_convolution *c) {
  return ck_padded(gathered_size(c, u) + (size_t)u->block * padded_filters(c));
}

size_t ck_direct_backward_weights_scratch(const ck_convolution *c) {
  cut u = cut_of_output(c);
  return partial_size(&u, c) * partial_count(&u) + weights_worker(&u, c) * c->workers;
}

static const float *padded_gradient(const ck_convolution *c, const float *gradient, int count, float *to) {
  int all = padded_filters(c);
  if (all == c->filters) return gradient;
  memset(to, 0, sizeof(float) * (size_t)count * all);
  ck_copy_lines(gradient, c->filters, count, c->filters, to, all);
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
        scratch + gathered_size(c, u));
    for (int column = 0; column < all; column += CK_PANEL)
      pass->kernels->multiply(&(ck_product){
          .rows = u->unfolded, .columns = ck_minimum(CK_PANEL, all - column), .depth = count, .a = rows,
          .a_stride = gathered_line(c, u), .a_is_transposed = !is_by_taps(c, u), .b = gradient + column,
          .b_stride = all, .c = sum + column, .c_stride = all,
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
