#include "pixel_losses.h"
#include "softmax.h"

// With q = 1 - p, summed over the other classes: L = -q^g log p, and dL/dz_i = s (p_i - [i is the truth]), where
// s = q^g - g p q^(g - 1) log p. Where q is 0, so are log p and, unless g is 0, s.
CK_INLINE double pixel_loss(float gamma, float others, float sum, double log_p, float *slope) {
  float q = others / sum, power = q > 0 || gamma == 0 ? powf(q, gamma) : 0;
  *slope = power - (q > 0 ? gamma * (1 - q) * (power / q) * (float)log_p : 0);
  return -power * log_p;
}

static void loss_block(void *context, int index, int worker) {
  (void)worker;
  const pixel_losses *l = context;
  int classes = l->c->classes;
  double loss = 0;
  float unkept[CK_MOST_CLASSES];
  for (long p = block_start(index); p < block_end(l->c->pixels, index); p++) {
    const float *logits = l->logits + p * classes;
    float *exponentials = l->gradient ? l->gradient + p * classes : unkept;
    int label = l->labels[p];
    if (label == CK_IGNORED_LABEL) {
      for (int i = 0; i < classes; i++) exponentials[i] = 0;
      continue;
    }
    float largest = largest_of(logits, classes), slope, others = 0;
    float sum = exponential_sum(logits, classes, largest, exponentials);
    for (int i = 0; i < classes; i++) others += i == label ? 0 : exponentials[i];
    double log_p = (double)logits[label] - largest - logf(sum);
    float weight = weight_of(l, label, p);
    loss += weight * pixel_loss(l->gamma, others, sum, log_p, &slope);
    if (!l->gradient) continue;
    float scale = l->scale * weight * slope;
    for (int i = 0; i < classes; i++)
      exponentials[i] = scale * (i == label ? -others / sum : exponentials[i] / sum);
  }
  l->sums[index] = loss;
}

ck_pixel_loss_sum ck_focal(
    const ck_pixel_losses *c, float gamma, const float *logits, const uint8_t *labels, float *gradient,
    double *scratch) {
  pixel_losses losses = {
      .c = c, .logits = logits, .labels = labels, .gradient = gradient, .gamma = gamma, .sums = scratch};
  return ck_sum_pixel_losses(losses, loss_block);
}
