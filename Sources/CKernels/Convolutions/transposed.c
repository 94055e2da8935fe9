// A matrix product makes the patches of a block of pixels; spreading writes them where they stand in the output.
#include "../include/ck_transposed_convolution.h"

#include <cblas.h>
#include <string.h>

#include "../blocks.h"
#include "../include/ck_threads.h"

enum { BLOCK_FLOATS = 131072, SMALLEST_BLOCK = 128, LARGEST_BLOCK = 1024 };

static long pixels(const ck_transposed_convolution *c) { return (long)c->batch * c->depth * c->height * c->width; }
static int taps(const ck_transposed_convolution *c) { return c->stride_depth * c->stride_height * c->stride_width; }
static int patch(const ck_transposed_convolution *c) { return taps(c) * c->filters; }

static int block_pixels(const ck_transposed_convolution *c) {
  int block = BLOCK_FLOATS / patch(c);
  block = block < SMALLEST_BLOCK ? SMALLEST_BLOCK : block > LARGEST_BLOCK ? LARGEST_BLOCK : block;
  return pixels(c) < block ? (int)pixels(c) : block;
}

static int block_count(const ck_transposed_convolution *c) {
  return (int)((pixels(c) + block_pixels(c) - 1) / block_pixels(c));
}

static size_t worker_scratch(const ck_transposed_convolution *c) {
  return ck_padded((size_t)block_pixels(c) * patch(c));
}

static int pixels_of_block(const ck_transposed_convolution *c, int index) {
  long first = (long)index * block_pixels(c);
  return pixels(c) - first < block_pixels(c) ? (int)(pixels(c) - first) : block_pixels(c);
}

// The output's float where tap (z, y, 0) of the patch of an input pixel begins.
static size_t patch_row(const ck_transposed_convolution *c, long pixel, int z, int y) {
  long w = pixel % c->width, h = pixel / c->width % c->height, nd = pixel / c->width / c->height;
  long row = (nd * c->stride_depth + z) * c->height * c->stride_height + h * c->stride_height + y;
  return (size_t)(row * c->width + w) * c->stride_width * c->filters;
}

typedef struct {
  const ck_transposed_convolution *c;
  const float *input, *output_gradient, *weights, *bias;
  float *output, *input_gradient, *partials, *scratch;
  bool adds;
} job;

CK_TARGETS static void spread(
    const ck_transposed_convolution *c, const float *restrict patches, const float *restrict bias, long first,
    int count, float *restrict output) {
  int line = c->stride_width * c->filters;
  for (int p = 0; p < count; p++)
    for (int z = 0; z < c->stride_depth; z++)
      for (int y = 0; y < c->stride_height; y++, patches += line) {
        float *to = output + patch_row(c, first + p, z, y);
        for (int x = 0; x < c->stride_width; x++)
          for (int f = 0; f < c->filters; f++) to[x * c->filters + f] = patches[x * c->filters + f] + bias[f];
      }
}

static void gather(
    const ck_transposed_convolution *c, const float *output_gradient, long first, int count, float *patches) {
  int line = c->stride_width * c->filters;
  for (int p = 0; p < count; p++)
    for (int z = 0; z < c->stride_depth; z++)
      for (int y = 0; y < c->stride_height; y++, patches += line)
        memcpy(patches, output_gradient + patch_row(c, first + p, z, y), sizeof(float) * line);
}

// MARK: Forward

size_t ck_transposed_convolution_forward_scratch(const ck_transposed_convolution *c) {
  return worker_scratch(c) * c->workers;
}

static void forward_block(void *context, int index, int worker) {
  const job *j = context;
  const ck_transposed_convolution *c = j->c;
  long first = (long)index * block_pixels(c);
  int count = pixels_of_block(c, index);
  float *patches = j->scratch + worker * worker_scratch(c);
  cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, count, patch(c), c->channels, 1, j->input + first * c->channels,
      c->channels, j->weights, patch(c), 0, patches, patch(c));
  spread(c, patches, j->bias, first, count, j->output);
}

void ck_transposed_convolution_forward(
    const ck_transposed_convolution *c, const float *input, const float *weights, const float *bias, float *output,
    float *scratch) {
  job j = {.c = c, .input = input, .weights = weights, .bias = bias, .output = output, .scratch = scratch};
  ck_parallel_for(block_count(c), c->workers, forward_block, &j);
}

// MARK: Backward to the data

size_t ck_transposed_convolution_backward_data_scratch(const ck_transposed_convolution *c) {
  return worker_scratch(c) * c->workers;
}

static void data_block(void *context, int index, int worker) {
  const job *j = context;
  const ck_transposed_convolution *c = j->c;
  long first = (long)index * block_pixels(c);
  int count = pixels_of_block(c, index);
  float *patches = j->scratch + worker * worker_scratch(c);
  gather(c, j->output_gradient, first, count, patches);
  cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, count, c->channels, patch(c), 1, patches, patch(c), j->weights,
      patch(c), j->adds ? 1 : 0, j->input_gradient + first * c->channels, c->channels);
}

void ck_transposed_convolution_backward_data(
    const ck_transposed_convolution *c, const float *output_gradient, const float *weights, float *input_gradient,
    bool adds, float *scratch) {
  job j = {.c = c, .output_gradient = output_gradient, .weights = weights, .input_gradient = input_gradient,
           .adds = adds, .scratch = scratch};
  ck_parallel_for(block_count(c), c->workers, data_block, &j);
}

// MARK: Backward to the weights

static size_t partial_size(const ck_transposed_convolution *c) {
  return ck_padded((size_t)c->channels * patch(c));
}

static int partial_count(const ck_transposed_convolution *c) {
  return ck_minimum(CK_PARTIAL_SUMS, block_count(c));
}

size_t ck_transposed_convolution_backward_weights_scratch(const ck_transposed_convolution *c) {
  return partial_size(c) * partial_count(c) + worker_scratch(c) * c->workers;
}

static void weights_part(void *context, int index, int worker) {
  const job *j = context;
  const ck_transposed_convolution *c = j->c;
  int blocks = block_count(c), parts = partial_count(c);
  int first_block = blocks * index / parts, last_block = blocks * (index + 1) / parts;
  float *patches = j->scratch + worker * worker_scratch(c);
  for (int b = first_block; b < last_block; b++) {
    long first = (long)b * block_pixels(c);
    int count = pixels_of_block(c, b);
    gather(c, j->output_gradient, first, count, patches);
    cblas_sgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, c->channels, patch(c), count, 1, j->input + first * c->channels,
        c->channels, patches, patch(c), b == first_block ? 0 : 1, j->partials + index * partial_size(c), patch(c));
  }
}

void ck_transposed_convolution_backward_weights(
    const ck_transposed_convolution *c, const float *input, const float *output_gradient, float *weights_gradient,
    float *bias_gradient, float *scratch) {
  int parts = partial_count(c);
  job j = {.c = c, .input = input, .output_gradient = output_gradient, .partials = scratch,
           .scratch = scratch + partial_size(c) * parts};
  ck_parallel_for(parts, c->workers, weights_part, &j);
  size_t size = (size_t)c->channels * patch(c);
  ck_reduce_partial_sums(scratch, parts, size, partial_size(c), c->workers);
  memcpy(weights_gradient, scratch, sizeof(float) * size);
  ck_sum_columns(output_gradient, pixels(c) * taps(c), c->filters, bias_gradient, c->workers);
}
