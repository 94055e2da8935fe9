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
  const float *input, *lines;
  float *result, *partials, *scale_gradient, *shift_gradient;
} job;

static int block_pixels(const ck_normalisation *c) {
  return ck_maximum(1, ck_minimum(BLOCK_FLOATS / c->channels, c->pixels));
}
static int blocks_a_group(const ck_normalisation *c) { return ck_ceiling_division(c->pixels, block_pixels(c)); }
static int all_blocks(const ck_normalisation *c) { return blocks_a_group(c) * c->groups; }

int ck_normalisation_line(int channels) { return (int)ck_padded((size_t)channels); }
static size_t group_lines(const ck_normalisation *c) { return (size_t)CK_LINES * ck_normalisation_line(c->channels); }
size_t ck_normalisation_lines_size(const ck_normalisation *c) { return group_lines(c) * c->groups; }

// Moments, with a line more; or two lines of sums.
static size_t partial_size(const ck_normalisation *c) {
  return ck_part_size(c->channels) + ck_normalisation_line(c->channels);
}
size_t ck_normalisation_scratch(const ck_normalisation *c) { return partial_size(c) * all_blocks(c); }

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
  const job *j = context;
  place at = place_of(j->c, index);
  int channels = j->c->channels;
  ck_part *part = ck_part_at(j->partials, channels, index);
  *part = (ck_part){.image = at.group, .pixels = at.pixels};
  float *mean = ck_means(part);
  float *lefts = j->partials + all_blocks(j->c) * ck_part_size(channels);
  float *left = lefts + (size_t)index * ck_normalisation_line(channels);
  block_moments(j->input + at.start, at.pixels, channels, mean, mean + channels, left);
}

// Factor and shift behind mean and inverse deviation.
static void complete_lines(const ck_normalisation *c, const float *scale, const float *shift, float *lines) {
  int line = ck_normalisation_line(c->channels);
  for (int group = 0; group < c->groups; group++, lines += group_lines(c))
    for (int i = 0; i < line; i++) {
      bool is_there = i < c->channels;
      if (!is_there) lines[CK_MEAN * line + i] = lines[CK_INVERSE * line + i] = 0;
      lines[CK_FACTOR * line + i] = is_there ? lines[CK_INVERSE * line + i] * scale[i] : 0;
      lines[CK_SHIFT * line + i] = is_there ? shift[i] : 0;
    }
}

void ck_normalisation_measure(
    const ck_normalisation *c, const float *input, const float *moments, int parts, const float *scale,
    const float *shift, float *lines, float *scratch) {
  if (!moments) {
    job j = {.c = c, .input = input, .partials = scratch};
    moments = scratch, parts = all_blocks(c);
    ck_parallel_for(parts, c->workers, measure_block, &j);
  }
  ck_statistics to = {lines, group_lines(c), ck_normalisation_line(c->channels)};
  ck_merge_moments(moments, parts, c->channels, c->groups, c->epsilon, to, c->workers);
  complete_lines(c, scale, shift, lines);
}

void ck_normalisation_take(
    const ck_normalisation *c, const float *mean, const float *variance, const float *scale, const float *shift,
    float *lines) {
  int line = ck_normalisation_line(c->channels);
  for (int group = 0; group < c->groups; group++)
    for (int i = 0; i < c->channels; i++) {
      float *at = lines + group * group_lines(c) + i;
      at[CK_MEAN * line] = mean[i];
      at[CK_INVERSE * line] = 1 / sqrtf(variance[i] + c->epsilon);
    }
  complete_lines(c, scale, shift, lines);
}

// MARK: Forward

static void apply_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  place at = place_of(j->c, index);
  bool past_cache = j->result != j->input && ck_is_past_cache((long)j->c->groups * j->c->pixels * j->c->channels);
  j->kernels->normalise(
      j->lines + at.group * group_lines(j->c), j->c->slope, j->input + at.start, at.pixels, j->c->channels, past_cache,
      j->result + at.start);
}

void ck_normalisation_apply(const ck_normalisation *c, const float *input, const float *lines, float *output) {
  job j = {.kernels = ck_kernels_in_use(), .c = c, .input = input, .lines = lines, .result = output};
  ck_parallel_for(all_blocks(c), c->workers, apply_block, &j);
}

// MARK: Backward

static void sum_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  place at = place_of(j->c, index);
  float *sums = j->partials + index * partial_size(j->c);
  j->kernels->sum_normalised_gradient(
      j->lines + at.group * group_lines(j->c), j->c->slope, j->input + at.start, j->result + at.start, at.pixels,
      j->c->channels, sums, sums + ck_normalisation_line(j->c->channels));
}

// Leaves each group's two mean sums in the partial sums of its first block.
static void merge_sums(const job *j) {
  const ck_normalisation *c = j->c;
  int line = ck_normalisation_line(c->channels);
  for (int channel = 0; channel < c->channels; channel++) {
    double shift = 0, scale = 0;
    for (int group = 0; group < c->groups; group++) {
      double sum = 0, product = 0;
      float *first = j->partials + (size_t)group * blocks_a_group(c) * partial_size(c) + channel;
      for (int b = 0; b < blocks_a_group(c); b++) {
        sum += first[b * partial_size(c)];
        product += first[b * partial_size(c) + line];
      }
      first[0] = (float)(sum / c->pixels);
      first[line] = (float)(product / c->pixels);
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
        j->partials + (size_t)group * blocks_a_group(c) * partial_size(c), 0,
        sizeof(float) * 2 * (size_t)ck_normalisation_line(c->channels));
}

static void gradient_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  const ck_normalisation *c = j->c;
  place at = place_of(c, index);
  const float *sums = j->partials + (size_t)at.group * blocks_a_group(c) * partial_size(c);
  j->kernels->turn_normalised_gradient(
      j->lines + at.group * group_lines(c), c->slope, j->input + at.start, at.pixels, c->channels, sums,
      sums + ck_normalisation_line(c->channels), j->result + at.start);
}

void ck_normalisation_backward(
    const ck_normalisation *c, const float *input, const float *lines, float *gradient, float *scale_gradient,
    float *shift_gradient, bool are_given, float *scratch) {
  job j = {.kernels = ck_kernels_in_use(), .c = c, .input = input, .lines = lines, .result = gradient,
           .partials = scratch, .scale_gradient = scale_gradient, .shift_gradient = shift_gradient};
  ck_parallel_for(all_blocks(c), c->workers, sum_block, &j);
  merge_sums(&j);
  if (are_given) clear_mean_sums(&j);
  ck_parallel_for(all_blocks(c), c->workers, gradient_block, &j);
}
