// Each line of input pixels makes stride_depth * stride_height lines of output pixels, each by one matrix product: a
// pixel's patches in a line stand beside each other.
#include "include/ck_transposed_convolution.h"

#include <string.h>

#include "include/ck_threads.h"
#include "panels.h"

enum { BLOCK_PIXELS = 112, LONG_LINE = 12, CHUNK = 64, ENOUGH_ITEMS = 16 };

typedef ck_transposed_convolution shape;

// Lines of input pixels.
static int rows(const shape *c) { return c->batch * c->depth * c->height; }
// Lines of output pixels that one of input pixels makes.
static int copies(const shape *c) { return c->stride_depth * c->stride_height; }
// The floats that an input pixel makes in each of them.
static int run(const shape *c) { return c->stride_width * c->filters; }
static int patch(const shape *c) { return copies(c) * run(c); }
static int block_lines(const shape *c) { return ck_minimum(rows(c), ck_maximum(1, BLOCK_PIXELS / c->width)); }
// Whether a line of input pixels alone is enough of a product.
static bool is_long(const shape *c) { return c->width >= LONG_LINE; }
static int blocks(const shape *c) { return ck_ceiling_division(rows(c), block_lines(c)); }
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
} transposed_pass;

// Input lines first..<last.
typedef struct {
  int first, last;
} range;
static range block_range(const shape *c, int block) {
  int first = block * block_lines(c);
  return (range){first, ck_minimum(first + block_lines(c), rows(c))};
}

// MARK: Forward

static size_t packed_weights(const shape *c) { return ck_packed_size(c->channels, run(c)); }
// Room for a panel, and for the input pixels of a block.
static size_t forward_worker(const shape *c) { return block_pixels(c) * (CK_PANEL + ck_spread_line(c->channels)); }

size_t ck_transposed_convolution_forward_scratch(const shape *c) {
  return packed_weights(c) * copies(c) + ck_packed_size(1, run(c)) + forward_worker(c) * c->workers;
}

// The input pixels of a block, copied where their lines share too much of the cache.
static const float *gather_input(const transposed_pass *pass, range r, float *to) {
  const shape *c = pass->c;
  const float *from = pass->input + input_line(c, r.first);
  int line = ck_spread_line(c->channels);
  if (line == c->channels) return from;
  ck_copy_lines(from, c->channels, (long)(r.last - r.first) * c->width, c->channels, to, line);
  return to;
}

// A panel of long lines goes straight to the output, line by line; of short ones, or where columns are padded, by way
// of `spare`.
static void forward_panel(const transposed_pass *pass, range r, const float *input, int copy, int panel, float *spare) {
  const shape *c = pass->c;
  int width = ck_panel_width(run(c), panel), there = ck_minimum(width, run(c) - panel * CK_PANEL);
  bool is_direct = there == width && is_long(c);
  float *to = pass->output + panel * CK_PANEL;
  ck_product product = {
      .rows = c->width, .columns = width, .depth = c->channels, .a = input, .a_stride = ck_spread_line(c->channels),
      .b = pass->packed + copy * packed_weights(c) + (long)panel * CK_PANEL * c->channels, .b_stride = width,
      .c_stride = run(c), .past_cache = ck_is_past_cache((long)rows(c) * c->width * patch(c)),
      .start = pass->bias + panel * CK_PANEL};
  for (int line = r.first; line < r.last && is_direct; line++, product.a += c->width * product.a_stride) {
    product.c = to + output_line(c, line, copy);
    pass->kernels->multiply(&product);
  }
  if (is_direct) return;
  product.rows *= r.last - r.first, product.c = spare, product.c_stride = CK_PANEL, product.past_cache = false;
  pass->kernels->multiply(&product);
  for (int line = r.first; line < r.last; line++, spare += c->width * CK_PANEL)
    ck_copy_lines(spare, CK_PANEL, c->width, there, to + output_line(c, line, copy), run(c));
}

static void forward_block(void *context, int block, int worker) {
  const transposed_pass *pass = context;
  range r = block_range(pass->c, block);
  float *spare = pass->scratch + forward_worker(pass->c) * worker;
  const float *input = gather_input(pass, r, spare + block_pixels(pass->c) * CK_PANEL);
  for (int copy = 0; copy < copies(pass->c); copy++)
    for (int panel = 0; panel < ck_panels(run(pass->c)); panel++) forward_panel(pass, r, input, copy, panel, spare);
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
  transposed_pass pass = {
      .kernels = ck_kernels_in_use(),
      .c = c,
      .input = input,
      .packed = scratch,
      .bias = line,
      .output = output,
      .scratch = spare,
  };
  ck_parallel_for(blocks(c), c->workers, forward_block, &pass);
}

// MARK: Backward to the data

static size_t packed_turned(const shape *c) { return ck_packed_size(run(c), c->channels); }
// The lines of a block that one copy brings, and room for a panel.
static size_t data_worker(const shape *c) { return block_pixels(c) * (ck_spread_line(run(c)) + CK_PANEL); }

size_t ck_transposed_convolution_backward_data_scratch(const shape *c) {
  return packed_turned(c) * copies(c) + data_worker(c) * c->workers;
}

static const float *gather_lines(const transposed_pass *pass, range r, int copy, float *to) {
  const shape *c = pass->c;
  int stride = ck_spread_line(run(c));
  if (r.last - r.first == 1 && stride == run(c)) return pass->gradient + output_line(c, r.first, copy);
  for (int line = r.first; line < r.last; line++)
    ck_copy_lines(
        pass->gradient + output_line(c, line, copy), run(c), c->width, run(c),
        to + (long)(line - r.first) * c->width * stride, stride);
  return to;
}

static void data_block(void *context, int block, int worker) {
  const transposed_pass *pass = context;
  const shape *c = pass->c;
  range r = block_range(c, block);
  float *scratch = pass->scratch + data_worker(c) * worker, *to = pass->output + input_line(c, r.first);
  for (int copy = 0; copy < copies(c); copy++) {
    ck_product product = {
        .rows = (r.last - r.first) * c->width, .depth = run(c), .a = gather_lines(pass, r, copy, scratch),
        .a_stride = ck_spread_line(run(c)), .c = to, .c_stride = c->channels,
        .start = copy > 0 || pass->adds ? to : NULL, .start_stride = c->channels};
    for (int panel = 0; panel < ck_panels(c->channels); panel++)
      ck_multiply_panel(
          pass->kernels, product, (ck_epilogue){0}, c->channels, panel, pass->packed + copy * packed_turned(c),
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
    const shape *c, const float *output_gradient, const float *weights, ck_gradient input_gradient, float *scratch) {
  packing p = {c, weights, scratch};
  ck_parallel_for(copies(c), c->workers, pack_turned_copy, &p);
  transposed_pass pass = {
      .kernels = ck_kernels_in_use(),
      .c = c,
      .gradient = output_gradient,
      .packed = scratch,
      .output = input_gradient.values,
      .adds = input_gradient.adds,
      .scratch = scratch + packed_turned(c) * copies(c),
  };
  ck_parallel_for(blocks(c), c->workers, data_block, &pass);
}

// MARK: Backward to the weights: chunks of channels, and where they are few also shares of the blocks

static int chunks(const shape *c) { return ck_ceiling_division(c->channels, CHUNK); }
static int partial_count(const shape *c) {
  int wanted = ck_minimum(CK_PARTIAL_SUMS, ck_ceiling_division(ENOUGH_ITEMS, chunks(c)));
  return ck_minimum(wanted, blocks(c));
}
static int padded_run(const shape *c) { return ck_ceiling_division(run(c), 16) * 16; }
// [copy][channel][padded run]
static size_t partial_size(const shape *c) { return (size_t)copies(c) * c->channels * padded_run(c); }

size_t ck_transposed_convolution_backward_weights_scratch(const shape *c) {
  return partial_size(c) * partial_count(c) + block_pixels(c) * CK_PANEL * c->workers;
}

// A panel of some lines of the gradient; gathered, unless it is whole and of one line.
static const float *gather_panel(const transposed_pass *pass, range r, int copy, int panel, float *to, long *stride) {
  const shape *c = pass->c;
  int width = ck_panel_width(run(c), panel), there = ck_minimum(width, run(c) - panel * CK_PANEL);
  const float *from = pass->gradient + panel * CK_PANEL;
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

static void add_block(
    const transposed_pass *pass, range r, int channel, int count, bool adds, float *sum, float *spare) {
  const shape *c = pass->c;
  for (int copy = 0; copy < copies(c); copy++)
    for (int panel = 0; panel < ck_panels(run(c)); panel++) {
      float *to = sum + ((long)copy * c->channels + channel) * padded_run(c) + panel * CK_PANEL;
      ck_product product = {
          .rows = count, .columns = ck_panel_width(run(c), panel), .depth = (long)(r.last - r.first) * c->width,
          .a = pass->input + input_line(c, r.first) + channel, .a_stride = c->channels, .a_is_transposed = 1, .c = to,
          .c_stride = padded_run(c), .start = adds ? to : NULL, .start_stride = padded_run(c)};
      product.b = gather_panel(pass, r, copy, panel, spare, &product.b_stride);
      pass->kernels->multiply(&product);
    }
}

static void weights_item(void *context, int index, int worker) {
  const transposed_pass *pass = context;
  const shape *c = pass->c;
  int share = index / chunks(c), chunk = index % chunks(c), channel = c->channels * chunk / chunks(c);
  int begin = blocks(c) * share / partial_count(c), end = blocks(c) * (share + 1) / partial_count(c);
  for (int block = begin; block < end; block++)
    add_block(
        pass, block_range(c, block), channel, c->channels * (chunk + 1) / chunks(c) - channel, block > begin,
        pass->partials + share * partial_size(c), pass->scratch + block_pixels(c) * CK_PANEL * worker);
}

void ck_transposed_convolution_backward_weights(
    const shape *c, const float *input, const float *output_gradient, float *weights_gradient, float *bias_gradient,
    float *scratch) {
  transposed_pass pass = {
      .kernels = ck_kernels_in_use(),
      .c = c,
      .input = input,
      .gradient = output_gradient,
      .partials = scratch,
      .scratch = scratch + partial_size(c) * partial_count(c),
  };
  ck_parallel_for(chunks(c) * partial_count(c), c->workers, weights_item, &pass);
  ck_reduce_partial_sums(scratch, partial_count(c), partial_size(c), partial_size(c), c->workers);
  for (int copy = 0; copy < copies(c); copy++)
    ck_copy_lines(
        scratch + (long)copy * c->channels * padded_run(c), padded_run(c), c->channels, run(c),
        weights_gradient + copy * run(c), patch(c));
  long pixels = (long)rows(c) * c->width * c->stride_depth * c->stride_height * c->stride_width;
  ck_sum_columns(output_gradient, pixels, c->filters, bias_gradient, c->workers);
}
