#include "include/ck_cross_entropy.h"

#include "blocks.h"
#include "include/ck_threads.h"
#include "softmax.h"

enum { BLOCK = 4096 };

typedef struct {
  const float *logits;
  const uint8_t *labels;
  long pixels, counted;
  int classes;
  float weight;
  float *result;
  double *sums;
} job;

static int blocks(long pixels) { return (int)((pixels + BLOCK - 1) / BLOCK); }
static long last_pixel(const job *j, int index) {
  long last = (long)(index + 1) * BLOCK;
  return last < j->pixels ? last : j->pixels;
}

size_t ck_cross_entropy_scratch(long pixels) { return (size_t)blocks(pixels); }

static void loss_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  double loss = 0;
  float scale = 1.0f / (float)j->counted;
  for (long p = (long)index * BLOCK; p < last_pixel(j, index); p++) {
    const float *logits = j->logits + p * j->classes;
    float *gradient = j->result ? j->result + p * j->classes : NULL;
    if (j->labels[p] == CK_IGNORED_LABEL) {
      if (gradient)
        for (int i = 0; i < j->classes; i++) gradient[i] = 0;
      continue;
    }
    float largest = largest_of(logits, j->classes), truth = logits[j->labels[p]];
    float sum = exponential_sum(logits, j->classes, largest, gradient);
    loss += (double)logf(sum) + ((double)largest - truth);
    if (gradient)
      for (int i = 0; i < j->classes; i++)
        gradient[i] = scale * (gradient[i] / sum - (i == j->labels[p] ? 1.0f : 0.0f));
  }
  j->sums[index] = loss;
}

ck_cross_entropy_sum ck_cross_entropy(
    const float *logits, const uint8_t *labels, long pixels, int classes, float *gradient, double *scratch,
    int workers) {
  ck_cross_entropy_sum total = {0, 0};
  for (long p = 0; p < pixels; p++) total.pixels += labels[p] != CK_IGNORED_LABEL;
  job j = {logits, labels, pixels, total.pixels, classes, 0, gradient, scratch};
  ck_parallel_for(blocks(pixels), workers, loss_block, &j);
  for (int i = 0; i < blocks(pixels); i++) total.loss += scratch[i];
  return total;
}

static void softmax_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  for (long p = (long)index * BLOCK; p < last_pixel(j, index); p++) {
    const float *logits = j->logits + p * j->classes;
    float largest = largest_of(logits, j->classes), sum = exponential_sum(logits, j->classes, largest, NULL);
    for (int i = 0; i < j->classes; i++)
      j->result[p * j->classes + i] += j->weight * (expf(logits[i] - largest) / sum);
  }
}

void ck_add_softmax(const float *logits, long pixels, int classes, float weight, float *probabilities, int workers) {
  job j = {logits, NULL, pixels, 0, classes, weight, probabilities, NULL};
  ck_parallel_for(blocks(pixels), workers, softmax_block, &j);
}
