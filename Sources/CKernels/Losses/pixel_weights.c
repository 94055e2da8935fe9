#include "pixel_weights.h"

#include "include/ck_threads.h"

enum { BLOCK = 4096 };

typedef struct {
  const ck_pixel_weights *weights;
  const uint8_t *labels;
  long count;
  double *sums;
} weighing;

static int blocks(long count) { return (int)((count + BLOCK - 1) / BLOCK); }

size_t ck_weight_sum_scratch(long count) { return (size_t)blocks(count); }

static void weigh_block(void *context, int index, int worker) {
  (void)worker;
  const weighing *w = context;
  long first = (long)index * BLOCK, last = first + BLOCK < w->count ? first + BLOCK : w->count;
  double sum = 0;
  for (long p = first; p < last; p++)
    if (w->labels[p] != CK_IGNORED_LABEL) sum += weight_of(w->weights, w->labels[p], p);
  w->sums[index] = sum;
}

ck_weight_sum ck_sum_weights(
    const ck_pixel_weights *weights, const uint8_t *labels, long count, double *scratch, int workers) {
  ck_weight_sum total = {0, 0};
  for (long p = 0; p < count; p++) total.pixels += labels[p] != CK_IGNORED_LABEL;
  if (!weights->classes && !weights->pixels) {
    total.weight = (double)total.pixels;
    return total;
  }
  weighing w = {.weights = weights, .labels = labels, .count = count, .sums = scratch};
  ck_parallel_for(blocks(count), workers, weigh_block, &w);
  for (int i = 0; i < blocks(count); i++) total.weight += scratch[i];
  return total.weight > 0 ? total : (ck_weight_sum){0, 0};
}
