// Convolution as a matrix product: blocks of pixels are unfolded (im2col) into a worker's scratch and multiplied there.
#include "direct.h"

#include <cblas.h>
#include <string.h>

#include "../blocks.h"
#include "../include/ck_threads.h"

enum { BLOCK_FLOATS = 131072, SMALLEST_BLOCK = 128, LARGEST_BLOCK = 1024, TILE = 16 };

static long pixels(const ck_convolution *c) { return (long)c->batch * c->depth * c->height * c->width; }
static int taps(const ck_convolution *c) { return c->kernel_depth * c->kernel_height * c->kernel_width; }
static int channels(const ck_convolution *c) { return c->channels_a + c->channels_b; }

static int block_pixels(const ck_convolution *c, int unfolded) {
  int block = BLOCK_FLOATS / unfolded;
  block = block < SMALLEST_BLOCK ? SMALLEST_BLOCK : block > LARGEST_BLOCK ? LARGEST_BLOCK : block;
  return pixels(c) < block ? (int)pixels(c) : block;
}

static int block_count(const ck_convolution *c, int unfolded) {
  int block = block_pixels(c, unfolded);
  return (int)((pixels(c) + block - 1) / block);
}

// MARK: Unfolding

// Copies `count` pixels of `width` floats; both sides may leave gaps between pixels.
CK_INLINE void copy_pixels(
    float *restrict to, size_t to_stride, const float *restrict from, size_t from_stride, int count, int width) {
  for (int p = 0; p < count; p++, to += to_stride, from += from_stride)
    for (int i = 0; i < width; i++) to[i] = from[i];
}

CK_INLINE void clear_pixels(float *to, size_t stride, int count, int width) {
  for (int p = 0; p < count; p++, to += stride)
    for (int i = 0; i < width; i++) to[i] = 0;
}

// Unfolds `count` pixels of one image row, from column `first`, for one tap: `shift` columns to the right in `row`, the
// source's row (NULL: outside the image).
CK_INLINE void unfold_tap(
    const ck_convolution *c, float *to, size_t stride, const float *row, int channels, int first, int count,
    int shift) {
  if (!row) return clear_pixels(to, stride, count, channels);
  int begin = first + shift < 0 ? -(first + shift) : 0;
  int end = first + shift + count > c->width ? c->width - first - shift : count;
  if (begin > count) begin = count;
  if (end < begin) end = begin;
  clear_pixels(to, stride, begin, channels);
  copy_pixels(
      to + begin * stride, stride, row + (long)(first + shift + begin) * channels, (size_t)channels, end - begin,
      channels);
  clear_pixels(to + end * stride, stride, count - end, channels);
}

typedef struct {
  int n, d, h, w;
} position;

static position position_of(const ck_convolution *c, long pixel) {
  position p;
  p.w = (int)(pixel % c->width), pixel /= c->width;
  p.h = (int)(pixel % c->height), pixel /= c->height;
  p.d = (int)(pixel % c->depth);
  p.n = (int)(pixel / c->depth);
  return p;
}

// Unfolds the pixels first..<first + count of a tensor into rows of taps * all channels floats.
CK_TARGETS static void unfold(
    const ck_convolution *c, const float *values, int channels, int offset, int all_channels, long first, int count,
    float *unfolded) {
  size_t stride = (size_t)taps(c) * all_channels;
  for (int done = 0; done < count;) {
    position at = position_of(c, first + done);
    int run = ck_minimum(c->width - at.w, count - done);
    float *to = unfolded + (size_t)done * stride + offset;
    for (int z = 0; z < c->kernel_depth; z++)
      for (int y = 0; y < c->kernel_height; y++) {
        int d = at.d + z - c->kernel_depth / 2, h = at.h + y - c->kernel_height / 2;
        bool inside = d >= 0 && d < c->depth && h >= 0 && h < c->height;
        const float *row =
            inside ? values + (((long)at.n * c->depth + d) * c->height + h) * c->width * channels : NULL;
        for (int x = 0; x < c->kernel_width; x++, to += all_channels)
          unfold_tap(c, to, stride, row, channels, at.w, run, x - c->kernel_width / 2);
      }
    done += run;
  }
}

static const float *unfold_inputs(
    const ck_convolution *c, const float *a, const float *b, long first, int count, float *unfolded) {
  if (taps(c) == 1 && !b) return a + first * c->channels_a;
  unfold(c, a, c->channels_a, 0, channels(c), first, count, unfolded);
  if (b) unfold(c, b, c->channels_b, c->channels_a, channels(c), first, count, unfolded);
  return unfolded;
}

// MARK: Forward

typedef struct {
  const ck_convolution *c;
  const float *a, *b, *weights;
  ck_epilogue epilogue;
  float *output, *scratch;
} forward_job;

static size_t worker_scratch(const ck_convolution *c, int unfolded) {
  return ck_padded((size_t)block_pixels(c, unfolded) * unfolded);
}

size_t ck_direct_forward_scratch(const ck_convolution *c) {
  return worker_scratch(c, taps(c) * channels(c)) * c->workers;
}

CK_TARGETS static void finish(float *output, int count, int filters, const ck_epilogue *e) {
  if (!e->scale && !e->shift && !e->rectifies) return;
  for (int p = 0; p < count; p++, output += filters)
    for (int f = 0; f < filters; f++) {
      float value = output[f] * (e->scale ? e->scale[f] : 1) + (e->shift ? e->shift[f] : 0);
      output[f] = e->rectifies && value < 0 ? 0 : value;
    }
}

static void forward_block(void *context, int index, int worker) {
  const forward_job *j = context;
  const ck_convolution *c = j->c;
  int unfolded = taps(c) * channels(c), block = block_pixels(c, unfolded);
  long first = (long)index * block;
  int count = pixels(c) - first < block ? (int)(pixels(c) - first) : block;
  const float *rows =
      unfold_inputs(c, j->a, j->b, first, count, j->scratch + worker * worker_scratch(c, unfolded));
  float *output = j->output + first * c->filters;
  cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, count, c->filters, unfolded, 1, rows, unfolded, j->weights,
      c->filters, 0, output, c->filters);
  finish(output, count, c->filters, &j->epilogue);
}

void ck_direct_forward(
    const ck_convolution *c, const float *input_a, const float *input_b, const float *weights,
    ck_epilogue epilogue, float *output, float *scratch) {
  forward_job j = {c, input_a, input_b, weights, epilogue, output, scratch};
  ck_parallel_for(block_count(c, taps(c) * channels(c)), c->workers, forward_block, &j);
}

// MARK: Backward to the data: a convolution of the output's gradient with the weights turned round

typedef struct {
  const ck_convolution *c;
  const float *output_gradient, *turned;
  float *gradients[2];
  bool adds[2];
  float *scratch;
} data_job;

static size_t turned_size(const ck_convolution *c) {
  return ck_padded((size_t)taps(c) * channels(c) * c->filters);
}

size_t ck_direct_backward_data_scratch(const ck_convolution *c) {
  return turned_size(c) + worker_scratch(c, taps(c) * c->filters) * c->workers;
}

typedef struct {
  const ck_convolution *c;
  const float *weights;
  float *turned;
} turning;

// [rows, columns] -> [columns, rows]
CK_TARGETS static void transpose(const float *restrict from, int rows, int columns, float *restrict to) {
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

static void data_block(void *context, int index, int worker) {
  const data_job *j = context;
  const ck_convolution *c = j->c;
  int unfolded = taps(c) * c->filters, block = block_pixels(c, unfolded);
  long first = (long)index * block;
  int count = pixels(c) - first < block ? (int)(pixels(c) - first) : block;
  const float *rows = j->output_gradient + first * c->filters;
  if (taps(c) > 1) {
    float *mine = j->scratch + worker * worker_scratch(c, unfolded);
    unfold(c, j->output_gradient, c->filters, 0, c->filters, first, count, mine);
    rows = mine;
  }
  int widths[2] = {c->channels_a, c->channels_b}, offsets[2] = {0, c->channels_a};
  for (int side = 0; side < 2; side++)
    if (j->gradients[side])
      cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, count, widths[side], unfolded, 1, rows, unfolded,
          j->turned + offsets[side], channels(c), j->adds[side] ? 1 : 0, j->gradients[side] + first * widths[side],
          widths[side]);
}

void ck_direct_backward_data(
    const ck_convolution *c, const float *output_gradient, const float *weights, float *gradient_a, bool adds_a,
    float *gradient_b, bool adds_b, float *scratch) {
  ck_turn_weights(c, weights, scratch);
  data_job j = {c, output_gradient, scratch, {gradient_a, gradient_b}, {adds_a, adds_b}, scratch + turned_size(c)};
  ck_parallel_for(block_count(c, taps(c) * c->filters), c->workers, data_block, &j);
}

// MARK: Backward to the weights

typedef struct {
  const ck_convolution *c;
  const float *a, *b, *output_gradient;
  float *partials, *scratch;
} weights_job;

static size_t partial_size(const ck_convolution *c) { return turned_size(c); }

static int partial_count(const ck_convolution *c) {
  return ck_minimum(CK_PARTIAL_SUMS, block_count(c, taps(c) * channels(c)));
}

size_t ck_direct_backward_weights_scratch(const ck_convolution *c) {
  return partial_size(c) * partial_count(c) + worker_scratch(c, taps(c) * channels(c)) * c->workers;
}

static void weights_part(void *context, int index, int worker) {
  const weights_job *j = context;
  const ck_convolution *c = j->c;
  int unfolded = taps(c) * channels(c), block = block_pixels(c, unfolded), blocks = block_count(c, unfolded);
  int parts = partial_count(c), first_block = blocks * index / parts, last_block = blocks * (index + 1) / parts;
  float *sum = j->partials + index * partial_size(c);
  for (int b = first_block; b < last_block; b++) {
    long first = (long)b * block;
    int count = pixels(c) - first < block ? (int)(pixels(c) - first) : block;
    const float *rows =
        unfold_inputs(c, j->a, j->b, first, count, j->scratch + worker * worker_scratch(c, unfolded));
    cblas_sgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, unfolded, c->filters, count, 1, rows, unfolded,
        j->output_gradient + first * c->filters, c->filters, b == first_block ? 0 : 1, sum, c->filters);
  }
}

void ck_direct_backward_weights(
    const ck_convolution *c, const float *input_a, const float *input_b, const float *output_gradient,
    float *weights_gradient, float *scratch) {
  int parts = partial_count(c);
  size_t size = (size_t)taps(c) * channels(c) * c->filters;
  weights_job j = {c, input_a, input_b, output_gradient, scratch, scratch + partial_size(c) * parts};
  ck_parallel_for(parts, c->workers, weights_part, &j);
  ck_reduce_partial_sums(scratch, parts, size, partial_size(c), c->workers);
  memcpy(weights_gradient, scratch, sizeof(float) * size);
}
