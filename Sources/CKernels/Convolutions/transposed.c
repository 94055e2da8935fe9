// Each line of input pixels makes stride_depth * stride_height lines of output pixels, each by one matrix product: a
// pixel's patches in a line stand beside each other.
#include "../include/ck_transposed_convolution.h"

#include <string.h>

#include "../include/ck_threads.h"
#include "panels.h"

enum { BLOCK_PIXELS = 112, CHUNK = 64, ENOUGH_ITEMS = 16 };

typedef ck_transposed_convolution shape;

// Lines of input pixels.
static int lines(const shape *c) { return c->batch * c->depth * c->height; }
// Lines of output pixels that one of input pixels makes.
static int copies(const shape *c) { return c->stride_depth * c->stride_height; }
// The floats that an input pixel makes in each of them.
static int run(const shape *c) { return c->stride_width * c->filters; }
static int patch(const shape *c) { return copies(c) * run(c); }
static int block_lines(const shape *c) { return ck_minimum(lines(c), ck_maximum(1, BLOCK_PIXELS / c->width)); }
static int blocks(const shape *c) { return ck_ceiling_division(lines(c), block_lines(c)); }
static size_t block_pixels(const shape *c) { return (size_t)block_lines(c) * c->width; }

static long input_line(const shape *c, int line) { return (long)line * c->width * c->channels; }
static long output_line(const shape *c, int line, int copy) {
  int h = line % c->height, nd = line / c->height, z = copy / c->stride_height, y = copy % c->stride_height;
  long row = ((long)nd * c->stride_depth + z) * c->height * c->stride_height + h * c->stride_height + y;
  return row * c->width * run(c);
}

typedef struct {
  const ck_kernels *kernels;
  const shape *c;
  const float *input, *gradient, *packed, *bias;
  float *output, *partials, *scratch;
  bool adds;
} job;

// Input lines first..<last.
typedef struct {
  int first, last;
} range;
static range block_range(const shape *c, int block) {
  int first = block * block_lines(c);
  return (range){first, ck_minimum(first + block_lines(c), lines(c))};
}

// MARK: Forward

static size_t packed_weights(const shape *c) { return ck_packed_size(c->channels, run(c)); }
// Room for a panel, and for the input pixels of a block.
static size_t forward_worker(const shape *c) { return block_pixels(c) * (CK_PANEL + ck_spread_line(c->channels)); }

size_t ck_transposed_convolution_forward_scratch(const shape *c) {
  return packed_weights(c) * copies(c) + ck_packed_size(1, run(c)) + forward_worker(c) * c->workers;
}

// The input pixels of a block, copied where their lines share too much of the cache.
static const float *gather_input(const job *j, range r, float *to) {
  const shape *c = j->c;
  const float *from = j->input + input_line(c, r.first);
  int line = ck_spread_line(c->channels);
  if (line == c->channels) return from;
  ck_copy_lines(from, c->channels, (long)(r.last - r.first) * c->width, c->channels, to, line);
  return to;
}

// A panel of one line goes straight to the output; of several short ones, or where columns are padded, by way of
// `spare`.
static void forward_panel(const job *j, range r, const float *input, int copy, int panel, float *spare) {
  const shape *c = j->c;
  int width = ck_panel_width(run(c), panel), there = ck_minimum(width, run(c) - panel * CK_PANEL);
  bool is_direct = there == width && r.last - r.first == 1;
  float *to = j->output + panel * CK_PANEL;
  j->kernels->multiply(&(ck_product){
      .rows = (r.last - r.first) * c->width, .columns = width, .depth = c->channels,
      .a = input, .a_stride = ck_spread_line(c->channels),
      .b = j->packed + copy * packed_weights(c) + (long)panel * CK_PANEL * c->channels, .b_stride = width,
      .c = is_direct ? to + output_line(c, r.first, copy) : spare, .c_stride = is_direct ? run(c) : CK_PANEL,
      .past_cache = is_direct && ck_is_past_cache((long)lines(c) * c->width * patch(c)),
      .start = j->bias + panel * CK_PANEL});
  for (int line = r.first; line < r.last && !is_direct; line++, spare += c->width * CK_PANEL)
    ck_copy_lines(spare, CK_PANEL, c->width, there, to + output_line(c, line, copy), run(c));
}

static void forward_block(void *context, int block, int worker) {
  const job *j = context;
  range r = block_range(j->c, block);
  float *spare = j->scratch + forward_worker(j->c) * worker;
  const float *input = gather_input(j, r, spare + block_pixels(j->c) * CK_PANEL);
  for (int copy = 0; copy < copies(j->c); copy++)
    for (int panel = 0; panel < ck_panels(run(j->c)); panel++) forward_panel(j, r, input, copy, panel, spare);
}

typedef struct {
  const shape *c;
  const float *weights;
  float *packed;
} packing;

static void pack_copy(void *context, int copy, int worker) {
  (void)worker;
  const packing *p = context;
  ck_pack(
      p->weights + copy * run(p->c), p->c->channels, run(p->c), patch(p->c), p->packed + copy * packed_weights(p->c));
}

void ck_transposed_convolution_forward(
    const shape *c, const float *input, const float *weights, const float *bias, float *output, float *scratch) {
  float *line = scratch + packed_weights(c) * copies(c), *spare = line + ck_packed_size(1, run(c));
  packing p = {c, weights, scratch};
  ck_parallel_for(copies(c), c->workers, pack_copy, &p);
  // The bias once for each pixel of a run.
  memset(line, 0, sizeof(float) * ck_packed_size(1, run(c)));
  for (int x = 0; x < c->stride_width; x++) memcpy(line + x * c->filters, bias, sizeof(float) * (size_t)c->filters);
  job j = {.kernels = ck_kernels_in_use(), .c = c, .input = input, .packed = scratch, .bias = line, .output = output,
           .scratch = spare};
  ck_parallel_for(blocks(c), c->workers, forward_block, &j);
}

// MARK: Backward to the data

static size_t packed_turned(const shape *c) { return ck_packed_size(run(c), c->channels); }
// The lines of a block that one copy brings, and room for a panel.
static size_t data_worker(const shape *c) { return block_pixels(c) * (ck_spread_line(run(c)) + CK_PANEL); }

size_t ck_transposed_convolution_backward_data_scratch(const shape *c) {
  return packed_turned(c) * copies(c) + data_worker(c) * c->workers;
}

static const float *gather_lines(const job *j, range r, int copy, float *to) {
  const shape *c = j->c;
  int stride = ck_spread_line(run(c));
  if (r.last - r.first == 1 && stride == run(c)) return j->gradient + output_line(c, r.first, copy);
  for (int line = r.first; line < r.last; line++)
    ck_copy_lines(
        j->gradient + output_line(c, line, copy), run(c), c->width, run(c),
        to + (long)(line - r.first) * c->width * stride, stride);
  return to;
}

static void data_block(void *context, int block, int worker) {
  const job *j = context;
  const shape *c = j->c;
  range r = block_range(c, block);
  float *scratch = j->scratch + data_worker(c) * worker, *to = j->output + input_line(c, r.first);
  for (int copy = 0; copy < copies(c); copy++) {
    ck_product product = {
        .rows = (r.last - r.first) * c->width, .depth = run(c), .a = gather_lines(j, r, copy, scratch),
        .a_stride = ck_spread_line(run(c)), .c = to, .c_stride = c->channels,
        .start = copy > 0 || j->adds ? to : NULL, .start_stride = c->channels};
    for (int panel = 0; panel < ck_panels(c->channels); panel++)
      ck_multiply_panel(
          j->kernels, product, (ck_epilogue){0}, c->channels, panel, j->packed + copy * packed_turned(c),
          scratch + block_pixels(c) * ck_spread_line(run(c)));
  }
}

static void pack_turned_copy(void *context, int copy, int worker) {
  (void)worker;
  const packing *p = context;
  ck_pack_transposed(
      p->weights + copy * run(p->c), run(p->c), p->c->channels, patch(p->c), p->packed + copy * packed_turned(p->c));
}

void ck_transposed_convolution_backward_data(
    const shape *c, const float *output_gradient, const float *weights, float *input_gradient, bool adds,
    float *scratch) {
  packing p = {c, weights, scratch};
  ck_parallel_for(copies(c), c->workers, pack_turned_copy, &p);
  job j = {.kernels = ck_kernels_in_use(), .c = c, .gradient = output_gradient, .packed = scratch,
           .output = input_gradient, .scratch = scratch + packed_turned(c) * copies(c), .adds = adds};
  ck_parallel_for(blocks(c), c->workers, data_block, &j);
}

// MARK: Backward to the weights: chunks of channels, and where they are few also parts of the blocks

static int chunks(const shape *c) { return ck_ceiling_division(c->channels, CHUNK); }
static int parts(const shape *c) {
  int wanted = ck_minimum(CK_PARTIAL_SUMS, ck_ceiling_division(ENOUGH_ITEMS, chunks(c)));
  return ck_minimum(wanted, blocks(c));
}
static int padded_run(const shape *c) { return ck_ceiling_division(run(c), 16) * 16; }
// [copy][channel][padded run]
static size_t partial_size(const shape *c) { return (size_t)copies(c) * c->channels * padded_run(c); }

size_t ck_transposed_convolution_backward_weights_scratch(const shape *c) {
  return partial_size(c) * parts(c) + block_pixels(c) * CK_PANEL * c->workers;
}

// A panel of some lines of the gradient; gathered, unless it is whole and of one line.
static const float *gather_panel(const job *j, range r, int copy, int panel, float *to, long *stride) {
  const shape *c = j->c;
  int width = ck_panel_width(run(c), panel), there = ck_minimum(width, run(c) - panel * CK_PANEL);
  const float *from = j->gradient + panel * CK_PANEL;
  *stride = run(c);
  if (there == width && r.last - r.first == 1) return from + output_line(c, r.first, copy);
  *stride = CK_PANEL;
  if (there < width) memset(to, 0, sizeof(float) * block_pixels(c) * CK_PANEL);
  for (int line = r.first; line < r.last; line++)
    ck_copy_lines(
        from + output_line(c, line, copy), run(c), c->width, there, to + (long)(line - r.first) * c->width * CK_PANEL,
        CK_PANEL);
  return to;
}

static void add_block(const job *j, range r, int channel, int count, bool adds, float *sum, float *spare) {
  const shape *c = j->c;
  for (int copy = 0; copy < copies(c); copy++)
    for (int panel = 0; panel < ck_panels(run(c)); panel++) {
      float *to = sum + ((long)copy * c->channels + channel) * padded_run(c) + panel * CK_PANEL;
      ck_product product = {
          .rows = count, .columns = ck_panel_width(run(c), panel), .depth = (long)(r.last - r.first) * c->width,
          .a = j->input + input_line(c, r.first) + channel, .a_stride = c->channels, .a_is_transposed = 1, .c = to,
          .c_stride = padded_run(c), .start = adds ? to : NULL, .start_stride = padded_run(c)};
      product.b = gather_panel(j, r, copy, panel, spare, &product.b_stride);
      j->kernels->multiply(&product);
    }
}

static void weights_item(void *context, int index, int worker) {
  const job *j = context;
  const shape *c = j->c;
  int part = index / chunks(c), chunk = index % chunks(c), channel = c->channels * chunk / chunks(c);
  int begin = blocks(c) * part / parts(c), end = blocks(c) * (part + 1) / parts(c);
  for (int block = begin; block < end; block++)
    add_block(
        j, block_range(c, block), channel, c->channels * (chunk + 1) / chunks(c) - channel, block > begin,
        j->partials + part * partial_size(c), j->scratch + block_pixels(c) * CK_PANEL * worker);
}

void ck_transposed_convolution_backward_weights(
    const shape *c, const float *input, const float *output_gradient, float *weights_gradient, float *bias_gradient,
    float *scratch) {
  job j = {.kernels = ck_kernels_in_use(), .c = c, .input = input, .gradient = output_gradient, .partials = scratch,
           .scratch = scratch + partial_size(c) * parts(c)};
  ck_parallel_for(chunks(c) * parts(c), c->workers, weights_item, &j);
  ck_reduce_partial_sums(scratch, parts(c), partial_size(c), partial_size(c), c->workers);
  for (int copy = 0; copy < copies(c); copy++)
    ck_copy_lines(
        scratch + (long)copy * c->channels * padded_run(c), padded_run(c), c->channels, run(c),
        weights_gradient + copy * run(c), patch(c));
  long pixels = (long)lines(c) * c->width * c->stride_depth * c->stride_height * c->stride_width;
  ck_sum_columns(output_gradient, pixels, c->filters, bias_gradient, c->workers);
}
