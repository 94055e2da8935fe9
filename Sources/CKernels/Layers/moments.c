#include "moments.h"

#include <math.h>
#include <stdbool.h>

#include "include/ck_threads.h"

enum { CHANNELS_AT_A_TIME = 32, SMALLEST_SHARED_MERGE = 1 << 15 };

typedef struct {
  double count, mean[CHANNELS_AT_A_TIME], squares[CHANNELS_AT_A_TIME];
} merged_moments;

CK_LOOP(
    void, add_moments,
    (merged_moments *m, double pixels, const float *restrict mean, const float *restrict squares, int channels),
    (m, pixels, mean, squares, channels)) {
  double all = m->count + pixels, share = pixels / all, weight = m->count * share;
  for (int i = 0; i < channels; i++) {
    double distance = mean[i] - m->mean[i];
    m->mean[i] += distance * share;
    m->squares[i] += squares[i] + distance * distance * weight;
  }
  m->count = all;
}

// Some channels of a group.
static void merge_group(void *context, int index, int worker) {
  (void)worker;
  const ck_moments_merge *merge = context;
  int pieces = ck_ceiling_division(merge->channels, CHANNELS_AT_A_TIME), group = index / pieces;
  int first = index % pieces * CHANNELS_AT_A_TIME, channels = ck_minimum(CHANNELS_AT_A_TIME, merge->channels - first);
  merged_moments m = {0};
  for (int i = 0; i < merge->blocks; i++) {
    ck_moments *block = ck_moments_at((float *)merge->moments, merge->channels, i);
    if (block->pixels > 0 && (merge->groups == 1 || block->image == group))
      add_moments(&m, block->pixels, ck_means(block) + first, ck_means(block) + merge->channels + first, channels);
  }
  float *mean = merge->means + group * merge->group_stride + first;
  bool is_final = merge->channels_together == 1;
  for (int i = 0; i < channels; i++) {
    mean[i] = (float)m.mean[i];
    double variance = m.squares[i] / m.count;
    mean[merge->stride + i] = (float)(is_final ? 1 / sqrt(variance + merge->epsilon) : variance);
  }
}

// The means and variances of channels to those of all of them.
static void join_channels(const ck_moments_merge *merge, float *means) {
  float *variances = means + merge->stride;
  int count = merge->channels_together;
  double mean = 0, variance = 0;
  for (int i = 0; i < count; i++) mean += means[i];
  mean /= count;
  for (int i = 0; i < count; i++) {
    double distance = means[i] - mean;
    variance += variances[i] + distance * distance;
  }
  float inverse = (float)(1 / sqrt(variance / count + merge->epsilon));
  for (int i = 0; i < count; i++) means[i] = (float)mean, variances[i] = inverse;
}

void ck_merge_moments(const ck_moments_merge *merge, int workers) {
  int items = merge->groups * ck_ceiling_division(merge->channels, CHANNELS_AT_A_TIME);
  bool is_small = (long)merge->blocks * merge->channels < SMALLEST_SHARED_MERGE;
  ck_parallel_for(items, is_small ? 1 : workers, merge_group, (void *)merge);
  for (int group = 0; group < merge->groups && merge->channels_together > 1; group++)
    for (int first = 0; first < merge->channels; first += merge->channels_together)
      join_channels(merge, merge->means + group * merge->group_stride + first);
}
