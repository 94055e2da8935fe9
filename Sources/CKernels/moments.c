#include "moments.h"

#include <math.h>

#include "include/ck_threads.h"

enum { CHANNELS_AT_A_TIME = 32, SMALLEST_SHARED_MERGE = 1 << 15 };

typedef struct {
  const float *parts;
  int count, channels, groups;
  float epsilon;
  ck_statistics statistics;
} job;

typedef struct {
  double count, mean[CHANNELS_AT_A_TIME], squares[CHANNELS_AT_A_TIME];
} moments;

CK_LOOP(
    void, add_part,
    (moments *m, double pixels, const float *restrict mean, const float *restrict squares, int channels),
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
  const job *j = context;
  int pieces = ck_ceiling_division(j->channels, CHANNELS_AT_A_TIME), group = index / pieces;
  int first = index % pieces * CHANNELS_AT_A_TIME, channels = ck_minimum(CHANNELS_AT_A_TIME, j->channels - first);
  moments m = {0};
  for (int i = 0; i < j->count; i++) {
    ck_part *part = ck_part_at((float *)j->parts, j->channels, i);
    if (part->pixels > 0 && (j->groups == 1 || part->image == group))
      add_part(&m, part->pixels, ck_means(part) + first, ck_means(part) + j->channels + first, channels);
  }
  float *mean = j->statistics.mean + group * j->statistics.group + first;
  for (int i = 0; i < channels; i++) {
    mean[i] = (float)m.mean[i];
    mean[j->statistics.line + i] = (float)(1 / sqrt(m.squares[i] / m.count + j->epsilon));
  }
}

void ck_merge_moments(
    const float *parts, int count, int channels, int groups, float epsilon, ck_statistics statistics, int workers) {
  job j = {parts, count, channels, groups, epsilon, statistics};
  int items = groups * ck_ceiling_division(channels, CHANNELS_AT_A_TIME);
  ck_parallel_for(items, (long)count * channels < SMALLEST_SHARED_MERGE ? 1 : workers, merge_group, &j);
}
