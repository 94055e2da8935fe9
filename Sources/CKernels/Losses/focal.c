#include "include/ck_focal.h"

#include "include/ck_threads.h"
#include "pixel_blocks.h"
#include "pixel_weights.h"
#include "softmax.h"

typedef struct {
  const ck_focal *c;
  const float *logits;
  const uint8_t *labels;
  float *gradient;
  float scale;  // of each pixel's gradient: 1 / the sum of the weights
  double *sums;
} focal;

size_t ck_focal_scratch(const ck_focal *c) { return (size_t)pixel_blocks(c->pixels); }

// With q = 1 - p, summed over the other classes: L = -q^g log p, and dL/dz_i = s (p_i - [i is the truth]), where
// s = q^g - g p q^(g - 1) log p. Where q is 0, so are log p and, unless g is 0, s.
CK_INLINE double pixel_loss(float gamma, float others, float sum, double log_p, float *slope) {
  float q = others / sum, power = q > 0 || gamma == 0 ? powf(q, gamma) : 0;
  *slope = power - (q > 0 ? gamma * (1 - q) * (power / q) * (float)log_p : 0);
  return -power * log_p;
}

static void loss_block(void *context, int index, int worker) {
  (void)worker;
  const focal *f = context;
  int classes = f->c->classes;
  double loss = 0;
  float unkept[CK_MOST_CLASSES];
  for (long p = block_start(index); p < block_end(f->c->pixels, index); p++) {
    const float *logits = f->logits + p * classes;
    float *exponentials = f->gradient ? f->gradient + p * classes : unkept;
    int label = f->labels[p];
    if (label == CK_IGNORED_LABEL) {
      for (int i = 0; i < classes; i++) exponentials[i] = 0;
      continue;
    }
    float largest = largest_of(logits, classes), slope, others = 0;
    float sum = exponential_sum(logits, classes, largest, exponentials);
    for (int i = 0; i < classes; i++) others += i == label ? 0 : exponentials[i];
    double log_p = (double)logits[label] - largest - logf(sum);
    float weight = weight_of(&f->c->weights, label, p);
    loss += weight * pixel_loss(f->c->gamma, others, sum, log_p, &slope);
    if (!f->gradient) continue;
    float scale = f->scale * weight * slope;
    for (int i = 0; i < classes; i++)
      exponentials[i] = scale * (i == label ? -others / sum : exponentials[i] / sum);
  }
  f->sums[index] = loss;
}

ck_focal_sum ck_focal_loss(
    const ck_focal *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch) {
  ck_weight_sum total = ck_sum_weights(&c->weights, labels, c->pixels, scratch, c->workers);
  ck_focal_sum sum = {.weight = total.weight, .pixels = total.pixels};
  focal f = {
      .c = c, .logits = logits, .labels = labels, .gradient = gradient, .sums = scratch,
      .scale = total.weight > 0 ? 1.0f / (float)total.weight : 0};
  ck_parallel_for(pixel_blocks(c->pixels), c->workers, loss_block, &f);
  for (int i = 0; i < pixel_blocks(c->pixels); i++) sum.loss += scratch[i];
  return sum;
}
