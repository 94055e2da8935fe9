// Sums run over blocks of a fixed size, and the blocks are added in order: no bit depends on the number of threads.
#include "include/ck_value_losses.h"

#include <math.h>

#include "include/ck_threads.h"
#include "targets.h"

enum { BLOCK = 4096 };

typedef struct {
  const ck_value_losses *c;
  const float *output, *target;
  float *gradient;
  float scale;
  double *sums;
} value_losses;

static int blocks(const ck_value_losses *c) { return (int)((c->count + BLOCK - 1) / BLOCK); }

size_t ck_value_losses_scratch(const ck_value_losses *c) { return (size_t)blocks(c); }

static size_t block_end(const ck_value_losses *c, size_t first) {
  return c->count - first < BLOCK ? c->count : first + BLOCK;
}

static void count_block(void *context, int index, int worker) {
  (void)worker;
  const value_losses *l = context;
  size_t first = (size_t)index * BLOCK, number = 0;
  for (size_t i = first; i < block_end(l->c, first); i++) number += !isnan(l->target[i]);
  l->sums[index] = (double)number;
}

// The loss of one value, and its derivative.
static double value_loss(ck_value_loss_kind kind, double output, double target, double *derivative) {
  double difference = output - target;
  switch (kind) {
    case CK_SQUARED_ERROR:
      *derivative = 2 * difference;
      return difference * difference;
    case CK_ABSOLUTE_ERROR:
      *derivative = difference > 0 ? 1 : difference < 0 ? -1 : 0;
      return fabs(difference);
    case CK_SIGMOID_CROSS_ENTROPY:
      break;
  }
  // log(1 + exp(-|x|)) does not overflow.
  double small = exp(-fabs(output)), sigmoid = output >= 0 ? 1 / (1 + small) : small / (1 + small);
  *derivative = sigmoid - target;
  return (output > 0 ? output : 0) - output * target + log1p(small);
}

static void sum_block(void *context, int index, int worker) {
  (void)worker;
  const value_losses *l = context;
  size_t first = (size_t)index * BLOCK;
  double sum = 0;
  for (size_t i = first; i < block_end(l->c, first); i++) {
    double derivative = 0;
    int counts = !isnan(l->target[i]);
    if (counts) sum += value_loss(l->c->kind, l->output[i], l->target[i], &derivative);
    if (l->gradient) l->gradient[i] = counts ? (float)derivative * l->scale : 0;
  }
  l->sums[index] = sum;
}

static double sum_blocks(value_losses *l, ck_body block) {
  double sum = 0;
  ck_parallel_for(blocks(l->c), l->c->workers, block, l);
  for (int i = 0; i < blocks(l->c); i++) sum += l->sums[i];
  return sum;
}

ck_value_loss_sum ck_value_loss(
    const ck_value_losses *c, const float *output, const float *target, float *gradient, double *scratch) {
  value_losses l = {.c = c, .output = output, .target = target, .gradient = gradient, .sums = scratch};
  ck_value_loss_sum sum = {.values = (size_t)sum_blocks(&l, count_block)};
  l.scale = sum.values ? 1.0f / (float)sum.values : 0;
  sum.loss = sum_blocks(&l, sum_block);
  return sum;
}
