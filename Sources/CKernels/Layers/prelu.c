// Pixels are taken in blocks that stay in the cache, each within one image.
#include "include/ck_prelu.h"

#include <stdbool.h>

#include "blocks.h"
#include "include/ck_normalisation.h"
#include "include/ck_threads.h"

enum { BLOCK_FLOATS = 16384, CHANNELS_AT_A_TIME = 64 };

typedef struct {
  const ck_prelu *c;
  ck_input input;
  const float *slopes;
  float *result, *sums;
} prelu_pass;

static int block_pixels(const ck_prelu *c) {
  return ck_maximum(1, ck_minimum(BLOCK_FLOATS / c->channels, c->pixels));
}
static int blocks_an_image(const ck_prelu *c) { return ck_ceiling_division(c->pixels, block_pixels(c)); }
static int all_blocks(const ck_prelu *c) { return blocks_an_image(c) * c->images; }

size_t ck_prelu_backward_scratch(const ck_prelu *c) { return ck_padded(c->channels) * all_blocks(c); }

// Pixels of an image, and the coefficients that they have still to go through, or NULL.
typedef struct {
  size_t start;
  int pixels;
  const float *coefficients;
} pixel_block;

static pixel_block block_at(const prelu_pass *pass, int index) {
  const ck_prelu *c = pass->c;
  int image = index / blocks_an_image(c), first = index % blocks_an_image(c) * block_pixels(c);
  const float *coefficients = pass->input.coefficients;
  return (pixel_block){
      .start = ((size_t)image * c->pixels + first) * c->channels,
      .pixels = ck_minimum(block_pixels(c), c->pixels - first),
      .coefficients = coefficients ? coefficients + image * pass->input.image_stride : NULL,
  };
}

// Some channels: what their values go through; where that is nothing, x - 0 and 1 x + 0.
typedef struct {
  float mean[CHANNELS_AT_A_TIME], factor[CHANNELS_AT_A_TIME], shift[CHANNELS_AT_A_TIME];
} normalisation;

CK_INLINE void read_coefficients(const float *coefficients, int stride, int first, int count, normalisation *n) {
  for (int i = 0; i < count; i++) {
    n->mean[i] = coefficients ? coefficients[CK_MEAN * stride + first + i] : 0;
    n->factor[i] = coefficients ? coefficients[CK_FACTOR * stride + first + i] : 1;
    n->shift[i] = coefficients ? coefficients[CK_SHIFT * stride + first + i] : 0;
  }
}

CK_LOOP(
    void, rectify,
    (const float *restrict x, const normalisation *n, const float *restrict slopes, int pixels, int channels, int count,
     float *restrict to),
    (x, n, slopes, pixels, channels, count, to)) {
  for (int p = 0; p < pixels; p++, x += channels, to += channels)
    for (int i = 0; i < count; i++) {
      float value = (x[i] - n->mean[i]) * n->factor[i] + n->shift[i];
      to[i] = value < 0 ? slopes[i] * value : value;
    }
}

static void forward_block(void *context, int index, int worker) {
  (void)worker;
  const prelu_pass *pass = context;
  pixel_block block = block_at(pass, index);
  int channels = pass->c->channels;
  for (int first = 0; first < channels; first += CHANNELS_AT_A_TIME) {
    normalisation n;
    int count = ck_minimum(CHANNELS_AT_A_TIME, channels - first);
    read_coefficients(block.coefficients, ck_normalisation_stride(channels), first, count, &n);
    rectify(
        pass->input.values + block.start + first, &n, pass->slopes + first, block.pixels, channels, count,
        pass->result + block.start + first);
  }
}

void ck_prelu_forward(const ck_prelu *c, ck_input input, const float *slopes, float *output) {
  prelu_pass pass = {.c = c, .input = input, .slopes = slopes, .result = output};
  ck_parallel_for(all_blocks(c), c->workers, forward_block, &pass);
}

// dL/dx = g, or slope g below 0; dL/dslope is the sum of g x below 0.
CK_LOOP(
    void, turn,
    (const float *restrict x, const normalisation *n, const float *restrict slopes, int pixels, int channels, int count,
     float *restrict gradient, float *restrict sums),
    (x, n, slopes, pixels, channels, count, gradient, sums)) {
  float sum[CHANNELS_AT_A_TIME] = {0};
  for (int p = 0; p < pixels; p++, x += channels, gradient += channels)
    for (int i = 0; i < count; i++) {
      float value = (x[i] - n->mean[i]) * n->factor[i] + n->shift[i], g = gradient[i];
      sum[i] += value < 0 ? g * value : 0;
      gradient[i] = value > 0 ? g : slopes[i] * g;
    }
  for (int i = 0; i < count; i++) sums[i] = sum[i];
}

static void backward_block(void *context, int index, int worker) {
  (void)worker;
  const prelu_pass *pass = context;
  pixel_block block = block_at(pass, index);
  int channels = pass->c->channels;
  float *sums = pass->sums + index * ck_padded(channels);
  for (int first = 0; first < channels; first += CHANNELS_AT_A_TIME) {
    normalisation n;
    int count = ck_minimum(CHANNELS_AT_A_TIME, channels - first);
    read_coefficients(block.coefficients, ck_normalisation_stride(channels), first, count, &n);
    turn(
        pass->input.values + block.start + first, &n, pass->slopes + first, block.pixels, channels, count,
        pass->result + block.start + first, sums + first);
  }
}

void ck_prelu_backward(
    const ck_prelu *c, ck_input input, const float *slopes, float *gradient, float *slopes_gradient, float *scratch) {
  prelu_pass pass = {.c = c, .input = input, .slopes = slopes, .result = gradient, .sums = scratch};
  ck_parallel_for(all_blocks(c), c->workers, backward_block, &pass);
  for (int channel = 0; slopes_gradient && channel < c->channels; channel++) {
    double sum = 0;
    for (int block = 0; block < all_blocks(c); block++) sum += scratch[block * ck_padded(c->channels) + channel];
    slopes_gradient[channel] = (float)sum;
  }
}
