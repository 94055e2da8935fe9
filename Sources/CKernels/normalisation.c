// Sums are taken in blocks of pixels that stay in the cache.
#include "include/ck_normalisation.h"

#include <math.h>
#include <string.h>

#include "include/ck_threads.h"
#include "moments.h"

enum { BLOCK_FLOATS = 16384 };

typedef struct {
  const ck_normalisation *c;
  const float *input, *scale, *shift;
  float *statistics, *result, *partials, *scale_gradient, *shift_gradient;
} job;

static int block_pixels(const ck_normalisation *c) {
  int block = BLOCK_FLOATS / c->channels;
  return block < 1 ? 1 : ck_minimum(block, c->pixels);
}

static int blocks_a_group(const ck_normalisation *c) {
  return ck_ceiling_division(c->pixels, block_pixels(c));
}

static size_t partial_size(const ck_normalisation *c) { return ck_part_size(c->channels) + ck_padded((size_t)c->channels); }

size_t ck_normalisation_scratch(const ck_normalisation *c) {
  return partial_size(c) * blocks_a_group(c) * c->groups;
}

// The group, the first float and the pixels of a block.
typedef struct {
  int group, pixels;
  size_t start;
} place;

static place place_of(const ck_normalisation *c, int index) {
  int group = index / blocks_a_group(c), first = index % blocks_a_group(c) * block_pixels(c);
  return (place){
      group, ck_minimum(block_pixels(c), c->pixels - first), ((size_t)group * c->pixels + first) * c->channels};
}

// MARK: Forward

// Writes the block's mean and its sum of squared distances from that mean. The distances' own sum makes up for the
// rounding of the first sum, without which a bright constant group would seem to vary.
CK_TARGETS static void block_moments(
    const float *restrict x, int pixels, int channels, float *restrict mean, float *restrict squares,
    float *restrict left) {
  for (int i = 0; i < channels; i++) mean[i] = 0, squares[i] = 0;
  for (int p = 0; p < pixels; p++)
    for (int i = 0; i < channels; i++) mean[i] += x[(size_t)p * channels + i];
  for (int i = 0; i < channels; i++) mean[i] /= (float)pixels, left[i] = 0;
  for (int p = 0; p < pixels; p++)
    for (int i = 0; i < channels; i++) {
      float distance = x[(size_t)p * channels + i] - mean[i];
      left[i] += distance;
      squares[i] += distance * distance;
    }
  for (int i = 0; i < channels; i++) {
    float shift = left[i] / (float)pixels, rest = squares[i] - left[i] * shift;
    mean[i] += shift;
    squares[i] = rest < 0 ? 0 : rest;
  }
}

static void block_part(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  place at = place_of(j->c, index);
  int channels = j->c->channels, blocks = blocks_a_group(j->c) * j->c->groups;
  ck_part *part = ck_part_at(j->partials, channels, index);
  *part = (ck_part){.image = at.group, .pixels = at.pixels};
  float *mean = ck_means(part), *left = j->partials + blocks * ck_part_size(channels) + index * ck_padded(channels);
  block_moments(j->input + at.start, at.pixels, channels, mean, mean + channels, left);
}

CK_TARGETS static void normalise(
    const float *x, int pixels, int channels, const float *restrict mean, const float *restrict inverse,
    const float *restrict scale, const float *restrict shift, float *y) {
  for (int p = 0; p < pixels; p++)
    for (int i = 0; i < channels; i++) {
      float value = (x[(size_t)p * channels + i] - mean[i]) * inverse[i] * scale[i] + shift[i];
      // Not-a-number passes, so that a training that has come apart shows it.
      y[(size_t)p * channels + i] = value < 0 ? 0 : value;
    }
}

static void normalise_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  place at = place_of(j->c, index);
  const float *statistics = j->statistics + (size_t)at.group * 2 * j->c->channels;
  normalise(
      j->input + at.start, at.pixels, j->c->channels, statistics, statistics + j->c->channels, j->scale, j->shift,
      j->result + at.start);
}

void ck_normalisation_forward(
    const ck_normalisation *c, const float *input, const float *moments, int parts, const float *scale,
    const float *shift, float *statistics, float *output, float *scratch) {
  if (!moments) {
    job j = {.c = c, .input = input, .partials = scratch};
    moments = scratch, parts = blocks_a_group(c) * c->groups;
    ck_parallel_for(parts, c->workers, block_part, &j);
  }
  ck_merge_moments(moments, parts, c->channels, c->groups, c->epsilon, statistics, c->workers);
  ck_normalisation_apply(c, input, scale, shift, statistics, output);
}

void ck_normalisation_apply(
    const ck_normalisation *c, const float *input, const float *scale, const float *shift, const float *statistics,
    float *output) {
  job j = {.c = c, .input = input, .scale = scale, .shift = shift, .statistics = (float *)statistics,
           .result = output};
  ck_parallel_for(blocks_a_group(c) * c->groups, c->workers, normalise_block, &j);
}

// MARK: Backward

// The block's sums of the gradient behind the rectifier, and of that gradient times the normalised input.
CK_TARGETS static void block_gradient_sums(
    const float *restrict x, const float *restrict gradient, int pixels, int channels, const float *restrict mean,
    const float *restrict inverse, const float *restrict scale, const float *restrict shift, float *restrict sums,
    float *restrict products) {
  for (int i = 0; i < channels; i++) sums[i] = 0, products[i] = 0;
  for (int p = 0; p < pixels; p++)
    for (int i = 0; i < channels; i++) {
      size_t at = (size_t)p * channels + i;
      float normalised = (x[at] - mean[i]) * inverse[i];
      float g = normalised * scale[i] + shift[i] > 0 ? gradient[at] : 0;
      sums[i] += g;
      products[i] += g * normalised;
    }
}

static void gradient_sums(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  place at = place_of(j->c, index);
  const float *statistics = j->statistics + (size_t)at.group * 2 * j->c->channels;
  float *partial = j->partials + index * partial_size(j->c);
  block_gradient_sums(
      j->input + at.start, j->result + at.start, at.pixels, j->c->channels, statistics, statistics + j->c->channels,
      j->scale, j->shift, partial, partial + j->c->channels);
}

// Leaves each group's two mean sums in the partial sums of its first block.
static void merge_gradient_sums(const job *j) {
  const ck_normalisation *c = j->c;
  for (int channel = 0; channel < c->channels; channel++) {
    double shift = 0, scale = 0;
    for (int group = 0; group < c->groups; group++) {
      double sum = 0, product = 0;
      float *first = j->partials + (size_t)group * blocks_a_group(c) * partial_size(c) + channel;
      for (int b = 0; b < blocks_a_group(c); b++) {
        sum += first[b * partial_size(c)];
        product += first[b * partial_size(c) + c->channels];
      }
      first[0] = (float)(sum / c->pixels);
      first[c->channels] = (float)(product / c->pixels);
      shift += sum;
      scale += product;
    }
    j->shift_gradient[channel] = (float)shift;
    j->scale_gradient[channel] = (float)scale;
  }
}

// Statistics that do not depend on the input take no part in its gradient.
static void clear_mean_sums(const job *j) {
  const ck_normalisation *c = j->c;
  for (int group = 0; group < c->groups; group++)
    memset(
        j->partials + (size_t)group * blocks_a_group(c) * partial_size(c), 0, sizeof(float) * 2 * (size_t)c->channels);
}

CK_TARGETS static void input_gradient(
    const float *restrict x, int pixels, int channels, const float *restrict mean, const float *restrict inverse,
    const float *restrict scale, const float *restrict shift, const float *restrict mean_sum,
    const float *restrict mean_product, float *restrict gradient) {
  for (int p = 0; p < pixels; p++)
    for (int i = 0; i < channels; i++) {
      size_t at = (size_t)p * channels + i;
      float normalised = (x[at] - mean[i]) * inverse[i];
      float g = normalised * scale[i] + shift[i] > 0 ? gradient[at] : 0;
      gradient[at] = scale[i] * inverse[i] * (g - mean_sum[i] - normalised * mean_product[i]);
    }
}

static void gradient_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  const ck_normalisation *c = j->c;
  place at = place_of(c, index);
  const float *statistics = j->statistics + (size_t)at.group * 2 * c->channels;
  const float *means = j->partials + (size_t)at.group * blocks_a_group(c) * partial_size(c);
  input_gradient(
      j->input + at.start, at.pixels, c->channels, statistics, statistics + c->channels, j->scale, j->shift, means,
      means + c->channels, j->result + at.start);
}

void ck_normalisation_backward(
    const ck_normalisation *c, const float *input, const float *scale, const float *shift, const float *statistics,
    float *gradient, float *scale_gradient, float *shift_gradient, bool are_given, float *scratch) {
  job j = {.c = c, .input = input, .scale = scale, .shift = shift, .statistics = (float *)statistics,
           .result = gradient, .partials = scratch, .scale_gradient = scale_gradient,
           .shift_gradient = shift_gradient};
  int blocks = blocks_a_group(c) * c->groups;
  ck_parallel_for(blocks, c->workers, gradient_sums, &j);
  merge_gradient_sums(&j);
  if (are_given) clear_mean_sums(&j);
  ck_parallel_for(blocks, c->workers, gradient_block, &j);
}
