#include "pixel_weights.h"

#include "include/ck_threads.h"
#include "pixel_blocks.h"

typedef struct {
  const ck_pixel_weights *weights;
  const uint8_t *labels;
  long count;
  double *sums;
} weighing;

static void weigh_block(void *context, int index, int worker) {
  (void)worker;
  const weighing *w = context;
  double sum = 0;
  for (long p = block_start(index); p < block_end(w->count, index); p++)
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
  ck_parallel_for(pixel_blocks(count), workers, weigh_block, &w);
  for (int i = 0; i < pixel_blocks(count); i++) total.weight += scratch[i];
  return total.weight > 0 ? total : (ck_weight_sum){0, 0};
}
