#include "pixel_losses.h"
#include "softmax.h"

static void loss_block(void *context, int index, int worker) {
  (void)worker;
  const pixel_losses *l = context;
  int classes = l->c->classes;
  double loss = 0;
  for (long p = block_start(index); p < block_end(l->c->pixels, index); p++) {
    const float *logits = l->logits + p * classes;
    float *gradient = l->gradient ? l->gradient + p * classes : NULL;
    int label = l->labels[p];
    if (label == CK_IGNORED_LABEL) {
      if (gradient)
        for (int i = 0; i < classes; i++) gradient[i] = 0;
      continue;
    }
    float largest = largest_of(logits, classes), truth = logits[label];
    float sum = exponential_sum(logits, classes, largest, gradient);
    float weight = weight_of(l, label, p), scale = l->scale * weight;
    loss += weight * ((double)logf(sum) + ((double)largest - truth));
    if (gradient)
      for (int i = 0; i < classes; i++) gradient[i] = scale * (gradient[i] / sum - (i == label ? 1.0f : 0.0f));
  }
  l->sums[index] = loss;
}

ck_pixel_loss_sum ck_cross_entropy(
    const ck_pixel_losses *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch) {
  return ck_sum_pixel_losses(
      (pixel_losses){.c = c, .logits = logits, .labels = labels, .gradient = gradient, .sums = scratch}, loss_block);
}
