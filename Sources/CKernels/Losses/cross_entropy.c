#include "include/ck_cross_entropy.h"

#include "include/ck_threads.h"
#include "pixel_blocks.h"
#include "pixel_weights.h"
#include "softmax.h"

// MARK: Cross-entropy

typedef struct {
  const ck_cross_entropy *c;
  const float *logits;
  const uint8_t *labels;
  float *gradient;
  float scale;  // of each pixel's gradient: 1 / the sum of the weights
  double *sums;
} cross_entropy;

size_t ck_cross_entropy_scratch(const ck_cross_entropy *c) { return (size_t)pixel_blocks(c->pixels); }

static void loss_block(void *context, int index, int worker) {
  (void)worker;
  const cross_entropy *e = context;
  int classes = e->c->classes;
  double loss = 0;
  for (long p = block_start(index); p < block_end(e->c->pixels, index); p++) {
    const float *logits = e->logits + p * classes;
    float *gradient = e->gradient ? e->gradient + p * classes : NULL;
    int label = e->labels[p];
    if (label == CK_IGNORED_LABEL) {
      if (gradient)
        for (int i = 0; i < classes; i++) gradient[i] = 0;
      continue;
    }
    float largest = largest_of(logits, classes), truth = logits[label];
    float sum = exponential_sum(logits, classes, largest, gradient);
    float weight = weight_of(&e->c->weights, label, p), scale = e->scale * weight;
    loss += weight * ((double)logf(sum) + ((double)largest - truth));
    if (gradient)
      for (int i = 0; i < classes; i++) gradient[i] = scale * (gradient[i] / sum - (i == label ? 1.0f : 0.0f));
  }
  e->sums[index] = loss;
}

ck_cross_entropy_sum ck_cross_entropy_loss(
    const ck_cross_entropy *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch) {
  ck_weight_sum total = ck_sum_weights(&c->weights, labels, c->pixels, scratch, c->workers);
  ck_cross_entropy_sum sum = {.weight = total.weight, .pixels = total.pixels};
  cross_entropy e = {
      .c = c, .logits = logits, .labels = labels, .gradient = gradient, .sums = scratch,
      .scale = total.weight > 0 ? 1.0f / (float)total.weight : 0};
  ck_parallel_for(pixel_blocks(c->pixels), c->workers, loss_block, &e);
  for (int i = 0; i < pixel_blocks(c->pixels); i++) sum.loss += scratch[i];
  return sum;
}

// MARK: Softmax

typedef struct {
  const float *logits;
  long pixels;
  int classes;
  float weight;
  float *probabilities;
} softmax_sum;

static void softmax_block(void *context, int index, int worker) {
  (void)worker;
  const softmax_sum *s = context;
  for (long p = block_start(index); p < block_end(s->pixels, index); p++) {
    const float *logits = s->logits + p * s->classes;
    float exponentials[CK_MOST_CLASSES];
    float sum = exponential_sum(logits, s->classes, largest_of(logits, s->classes), exponentials);
    for (int i = 0; i < s->classes; i++)
      s->probabilities[p * s->classes + i] += s->weight * (exponentials[i] / sum);
  }
}

void ck_add_softmax(const float *logits, long pixels, int classes, float weight, float *probabilities, int workers) {
  softmax_sum s = {
      .logits = logits, .pixels = pixels, .classes = classes, .weight = weight, .probabilities = probabilities};
  ck_parallel_for(pixel_blocks(pixels), workers, softmax_block, &s);
}
