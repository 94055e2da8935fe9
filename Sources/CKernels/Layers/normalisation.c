// Sums are taken in blocks of pixels that stay in the cache.
#include "include/ck_normalisation.h"

#include <math.h>
#include <string.h>

#include "include/ck_threads.h"
#include "kernels.h"
#include "moments.h"

enum { BLOCK_FLOATS = 16384 };

typedef struct {
  const ck_kernels *kernels;
  const ck_normalisation *c;
  const ck_normalisation_tensors *t;
  float *partials;
} normalisation_pass;

static int block_pixels(const ck_normalisation *c) {
  return ck_maximum(1, ck_minimum(BLOCK_FLOATS / c->channels, c->pixels));
}
static int blocks_a_group(const ck_normalisation *c) { return ck_ceiling_division(c->pixels, block_pixels(c)); }
static int all_blocks(const ck_normalisation *c) { return blocks_a_group(c) * c->groups; }

int ck_normalisation_stride(int channels) { return (int)ck_padded((size_t)channels); }
static size_t group_coefficients(const ck_normalisation *c) {
  return (size_t)CK_COEFFICIENTS * ck_normalisation_stride(c->channels);
}
size_t ck_normalisation_coefficients_size(const ck_normalisation *c) { return group_coefficients(c) * c->groups; }

// Moments, and what is left of a sum of distances; or two sums of each channel.
static size_t partial_size(const ck_normalisation *c) {
  return ck_moments_size(c->channels) + ck_normalisation_stride(c->channels);
}
size_t ck_normalisation_scratch(const ck_normalisation *c) { return partial_size(c) * all_blocks(c); }

// The group, the first float and the pixels of a block.
typedef struct {
  int group, pixels;
  size_t start;
} pixel_block;

static pixel_block block_at(const ck_normalisation *c, int index) {
  int group = index / blocks_a_group(c), first = index % blocks_a_group(c) * block_pixels(c);
  return (pixel_block){
      .group = group,
      .pixels = ck_minimum(block_pixels(c), c->pixels - first),
      .start = ((size_t)group * c->pixels + first) * c->channels,
  };
}

static ck_normalised pixels_of(const normalisation_pass *pass, pixel_block block) {
  return (ck_normalised){
      .coefficients = pass->t->coefficients + block.group * group_coefficients(pass->c),
      .values = pass->t->input + block.start,
      .slope = pass->c->slope,
      .pixels = block.pixels,
      .channels = pass->c->channels,
      .shares_statistics = pass->c->channels_together > 1,
  };
}

// MARK: Statistics

// Writes the block's mean and its sum of squared distances from that mean. The distances' own sum makes up for the
// rounding of the first sum, without which a bright constant group would seem to vary.
CK_LOOP(
    void, block_moments,
    (const float *restrict x, int pixels, int channels, float *restrict mean, float *restrict squares,
     float *restrict left),
    (x, pixels, channels, mean, squares, left)) {
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

static void measure_block(void *context, int index, int worker) {
  (void)worker;
  const normalisation_pass *pass = context;
  pixel_block block = block_at(pass->c, index);
  int channels = pass->c->channels;
  ck_moments *moments = ck_moments_at(pass->partials, channels, index);
  *moments = (ck_moments){.image = block.group, .pixels = block.pixels};
  float *mean = ck_means(moments);
  float *lefts = pass->partials + all_blocks(pass->c) * ck_moments_size(channels);
  float *left = lefts + (size_t)index * ck_normalisation_stride(channels);
  block_moments(pass->t->input + block.start, block.pixels, channels, mean, mean + channels, left);
}

// Means and inverse deviations of the input.
static void measure(const ck_normalisation *c, const ck_normalisation_tensors *t, float *scratch) {
  if (!t->moments) {
    normalisation_pass pass = {.c = c, .t = t, .partials = scratch};
    ck_parallel_for(all_blocks(c), c->workers, measure_block, &pass);
  }
  ck_moments_merge merge = {
      .moments = t->moments ? t->moments : scratch,
      .blocks = t->moments ? t->moment_blocks : all_blocks(c),
      .channels = c->channels,
      .groups = c->groups,
      .channels_together = c->channels_together,
      .epsilon = c->epsilon,
      .means = t->coefficients,
      .group_stride = group_coefficients(c),
      .stride = ck_normalisation_stride(c->channels),
  };
  ck_merge_moments(&merge, c->workers);
}

// The same of statistics that are given, for every group.
static void take(const ck_normalisation *c, const ck_normalisation_tensors *t) {
  int stride = ck_normalisation_stride(c->channels);
  for (int group = 0; group < c->groups; group++)
    for (int i = 0; i < c->channels; i++) {
      float *at = t->coefficients + group * group_coefficients(c) + i;
      at[CK_MEAN * stride] = t->mean[i];
      at[CK_INVERSE * stride] = 1 / sqrtf(t->variance[i] + c->epsilon);
    }
}

void ck_normalisation_prepare(const ck_normalisation *c, const ck_normalisation_tensors *t, float *scratch) {
  if (t->mean)
    take(c, t);
  else
    measure(c, t, scratch);
  int stride = ck_normalisation_stride(c->channels);
  float *at = t->coefficients;
  for (int group = 0; group < c->groups; group++, at += group_coefficients(c))
    for (int i = 0; i < stride; i++) {
      bool is_there = i < c->channels;
      if (!is_there) at[CK_MEAN * stride + i] = at[CK_INVERSE * stride + i] = 0;
      at[CK_FACTOR * stride + i] = is_there ? at[CK_INVERSE * stride + i] * t->scale[i] : 0;
      at[CK_SHIFT * stride + i] = is_there ? t->shift[i] : 0;
    }
}

// MARK: Forward

static void apply_block(void *context, int index, int worker) {
  (void)worker;
  const normalisation_pass *pass = context;
  const ck_normalisation *c = pass->c;
  pixel_block block = block_at(c, index);
  bool past_cache = pass->t->output != pass->t->input && ck_is_past_cache((long)c->groups * c->pixels * c->channels);
  ck_normalised pixels = pixels_of(pass, block);
  pass->kernels->normalise(&pixels, past_cache, pass->t->output + block.start);
}

void ck_normalisation_apply(const ck_normalisation *c, const ck_normalisation_tensors *t) {
  normalisation_pass pass = {.kernels = ck_kernels_in_use(), .c = c, .t = t};
  ck_parallel_for(all_blocks(c), c->workers, apply_block, &pass);
}

// MARK: Backward

static void sum_block(void *context, int index, int worker) {
  (void)worker;
  const normalisation_pass *pass = context;
  pixel_block block = block_at(pass->c, index);
  float *sums = pass->partials + index * partial_size(pass->c);
  ck_normalised pixels = pixels_of(pass, block);
  pass->kernels->sum_normalised_gradient(
      &pixels, pass->t->gradient + block.start, sums, sums + ck_normalisation_stride(pass->c->channels));
}

static float *sums_of_group(const normalisation_pass *pass, int group) {
  return pass->partials + (size_t)group * blocks_a_group(pass->c) * partial_size(pass->c);
}

// Leaves each group's two mean sums in the partial sums of its first block.
static void merge_sums(const normalisation_pass *pass) {
  const ck_normalisation *c = pass->c;
  int stride = ck_normalisation_stride(c->channels);
  for (int channel = 0; channel < c->channels; channel++) {
    double shift = 0, scale = 0;
    for (int group = 0; group < c->groups; group++) {
      double sum = 0, product = 0;
      float *first = sums_of_group(pass, group) + channel;
      for (int b = 0; b < blocks_a_group(c); b++) {
        sum += first[b * partial_size(c)];
        product += first[b * partial_size(c) + stride];
      }
      first[0] = (float)(sum / c->pixels);
      first[stride] = (float)(product / c->pixels);
      shift += sum;
      scale += product;
    }
    pass->t->shift_gradient[channel] = (float)shift;
    pass->t->scale_gradient[channel] = (float)scale;
  }
}

// Of channels that share their statistics, the mean of both sums behind the scale.
static void join_sums(const normalisation_pass *pass) {
  const ck_normalisation *c = pass->c;
  int together = c->channels_together;
  for (int group = 0; group < c->groups; group++)
    for (int line = 0; line < 2; line++) {
      float *sums = sums_of_group(pass, group) + line * ck_normalisation_stride(c->channels);
      for (int first = 0; first < c->channels; first += together) {
        double mean = 0;
        for (int i = first; i < first + together; i++) mean += (double)pass->t->scale[i] * sums[i];
        for (int i = first; i < first + together; i++) sums[i] = (float)(mean / together);
      }
    }
}

// Statistics that do not depend on the input take no part in its gradient.
static void clear_mean_sums(const normalisation_pass *pass) {
  for (int group = 0; group < pass->c->groups; group++)
    memset(
        sums_of_group(pass, group), 0, sizeof(float) * 2 * (size_t)ck_normalisation_stride(pass->c->channels));
}

static void gradient_block(void *context, int index, int worker) {
  (void)worker;
  const normalisation_pass *pass = context;
  pixel_block block = block_at(pass->c, index);
  const float *sums = sums_of_group(pass, block.group);
  ck_normalised pixels = pixels_of(pass, block);
  pass->kernels->turn_normalised_gradient(
      &pixels, sums, sums + ck_normalisation_stride(pass->c->channels), pass->t->gradient + block.start);
}

void ck_normalisation_backward(const ck_normalisation *c, const ck_normalisation_tensors *t, float *scratch) {
  normalisation_pass pass = {.kernels = ck_kernels_in_use(), .c = c, .t = t, .partials = scratch};
  ck_parallel_for(all_blocks(c), c->workers, sum_block, &pass);
  merge_sums(&pass);
  if (t->mean)
    clear_mean_sums(&pass);
  else if (c->channels_together > 1)
    join_sums(&pass);
  ck_parallel_for(all_blocks(c), c->workers, gradient_block, &pass);
}
