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
} softmax_pass;

static int blocks(long pixels) { return (int)((pixels + BLOCK - 1) / BLOCK); }
static long last_pixel(const softmax_pass *pass, int index) {
  long last = (long)(index + 1) * BLOCK;
  return last < pass->pixels ? last : pass->pixels;
}

size_t ck_cross_entropy_scratch(long pixels) { return (size_t)blocks(pixels); }

static void loss_block(void *context, int index, int worker) {
  (void)worker;
  const softmax_pass *pass = context;
  double loss = 0;
  float scale = 1.0f / (float)pass->counted;
  for (long p = (long)index * BLOCK; p < last_pixel(pass, index); p++) {
    const float *logits = pass->logits + p * pass->classes;
    float *gradient = pass->result ? pass->result + p * pass->classes : NULL;
    if (pass->labels[p] == CK_IGNORED_LABEL) {
      if (gradient)
        for (int i = 0; i < pass->classes; i++) gradient[i] = 0;
      continue;
    }
    float largest = largest_of(logits, pass->classes), truth = logits[pass->labels[p]];
    float sum = exponential_sum(logits, pass->classes, largest, gradient);
    loss += (double)logf(sum) + ((double)largest - truth);
    if (gradient)
      for (int i = 0; i < pass->classes; i++)
        gradient[i] = scale * (gradient[i] / sum - (i == pass->labels[p] ? 1.0f : 0.0f));
  }
  pass->sums[index] = loss;
}

ck_cross_entropy_sum ck_cross_entropy(
    const float *logits, const uint8_t *labels, long pixels, int classes, float *gradient, double *scratch,
    int workers) {
  ck_cross_entropy_sum total = {0, 0};
  for (long p = 0; p < pixels; p++) total.pixels += labels[p] != CK_IGNORED_LABEL;
  softmax_pass pass = {.logits = logits, .labels = labels, .pixels = pixels, .counted = total.pixels,
                       .classes = classes, .result = gradient, .sums = scratch};
  ck_parallel_for(blocks(pixels), workers, loss_block, &pass);
  for (int i = 0; i < blocks(pixels); i++) total.loss += scratch[i];
  return total;
}

static void softmax_block(void *context, int index, int worker) {
  (void)worker;
  const softmax_pass *pass = context;
  for (long p = (long)index * BLOCK; p < last_pixel(pass, index); p++) {
    const float *logits = pass->logits + p * pass->classes;
    float largest = largest_of(logits, pass->classes), sum = exponential_sum(logits, pass->classes, largest, NULL);
    for (int i = 0; i < pass->classes; i++)
      pass->result[p * pass->classes + i] += pass->weight * (expf(logits[i] - largest) / sum);
  }
}

void ck_add_softmax(const float *logits, long pixels, int classes, float weight, float *probabilities, int workers) {
  softmax_pass pass = {
      .logits = logits, .pixels = pixels, .classes = classes, .weight = weight, .result = probabilities};
  ck_parallel_for(blocks(pixels), workers, softmax_block, &pass);
}
