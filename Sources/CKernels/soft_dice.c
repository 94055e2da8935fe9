// Two passes: one over the logits leaves the probabilities where the gradient will be and sums them, one turns them
// into the gradient.
#include "include/ck_soft_dice.h"

#include "blocks.h"
#include "include/ck_cross_entropy.h"
#include "include/ck_threads.h"
#include "softmax.h"

enum { BLOCK = 4096 };

// What a block, and then the whole batch, leaves behind; then [classes] of each sum.
enum { CROSS_ENTROPY, COUNTED, SUMS };
enum { OVERLAP, PROBABILITY, TRUTH, SUMS_A_CLASS };

typedef struct {
  const ck_soft_dice *c;
  const float *logits;
  const uint8_t *labels;
  float *result;
  double *sums;
  // By the probability of each class: the slope of the loss where it is not the truth, and what the truth adds.
  const float *slopes, *truth_slopes;
  float cross_entropy_scale;
} dice_pass;

static int blocks(const ck_soft_dice *c) { return (int)((c->pixels + BLOCK - 1) / BLOCK); }
static size_t sums_size(const ck_soft_dice *c) { return SUMS + SUMS_A_CLASS * (size_t)c->classes; }
size_t ck_soft_dice_scratch(const ck_soft_dice *c) { return sums_size(c) * (size_t)blocks(c); }

static long last_pixel(const ck_soft_dice *c, int index) {
  long last = (long)(index + 1) * BLOCK;
  return last < c->pixels ? last : c->pixels;
}

// MARK: Sums

// Returns -log of the label's probability.
CK_INLINE double softmax(const float *logits, int classes, int label, float *probabilities) {
  float largest = largest_of(logits, classes), sum = exponential_sum(logits, classes, largest, probabilities);
  float inverse = 1 / sum;
  for (int i = 0; i < classes; i++) probabilities[i] *= inverse;
  return (double)logf(sum) + ((double)largest - logits[label]);
}

static void sum_block(void *context, int index, int worker) {
  (void)worker;
  const dice_pass *pass = context;
  int classes = pass->c->classes;
  double *sums = pass->sums + (size_t)index * sums_size(pass->c);
  double *overlap = sums + SUMS + OVERLAP * classes, *probability = sums + SUMS + PROBABILITY * classes;
  double *truth = sums + SUMS + TRUTH * classes;
  for (size_t i = 0; i < sums_size(pass->c); i++) sums[i] = 0;
  float unkept[CK_MOST_CLASSES];
  for (long p = (long)index * BLOCK; p < last_pixel(pass->c, index); p++) {
    int label = pass->labels[p];
    if (label == CK_IGNORED_LABEL) continue;
    float *probabilities = pass->result ? pass->result + p * classes : unkept;
    sums[CROSS_ENTROPY] += softmax(pass->logits + p * classes, classes, label, probabilities);
    sums[COUNTED]++;
    overlap[label] += probabilities[label];
    truth[label]++;
    for (int i = 0; i < classes; i++) probability[i] += probabilities[i];
  }
}

static void merge_blocks(const dice_pass *pass) {
  size_t size = sums_size(pass->c);
  for (int b = 1; b < blocks(pass->c); b++)
    for (size_t i = 0; i < size; i++) pass->sums[i] += pass->sums[(size_t)b * size + i];
}

// Returns the loss, and the slopes by which the probabilities change it.
static double dice_loss(const dice_pass *pass, float *slopes, float *truth_slopes) {
  int classes = pass->c->classes;
  double total = 0, share = 1.0 / (classes - 1), smoothing = pass->c->smoothing;
  slopes[0] = truth_slopes[0] = 0;
  for (int i = 1; i < classes; i++) {
    const double *sums = pass->sums + SUMS + i;
    double size = sums[PROBABILITY * classes] + sums[TRUTH * classes] + smoothing;
    double dice = (2 * sums[OVERLAP * classes] + smoothing) / size;
    total += 1 - dice;
    slopes[i] = (float)(share * dice / size);
    truth_slopes[i] = (float)(-2 * share / size);
  }
  return share * total;
}

// MARK: Gradient

CK_INLINE float slope_of(const dice_pass *pass, int class, int label) {
  return pass->slopes[class] + (class == label ? pass->truth_slopes[class] : 0);
}

// dL/dz_i = p_i (q_i - sum of p q), where q are the slopes by the probabilities; distances from the slope of the
// largest probability keep what is left where that is nearly 1.
CK_INLINE void turn_pixel(const dice_pass *pass, int label, float *probabilities) {
  int classes = pass->c->classes, best = 0;
  for (int i = 1; i < classes; i++) best = probabilities[i] > probabilities[best] ? i : best;
  float pivot = slope_of(pass, best, label), mean = 0;
  for (int i = 0; i < classes; i++) mean += probabilities[i] * (slope_of(pass, i, label) - pivot);
  for (int i = 0; i < classes; i++) {
    float p = probabilities[i], miss = p - (i == label ? 1 : 0);
    probabilities[i] = p * (slope_of(pass, i, label) - pivot - mean) + pass->cross_entropy_scale * miss;
  }
}

static void gradient_block(void *context, int index, int worker) {
  (void)worker;
  const dice_pass *pass = context;
  int classes = pass->c->classes;
  for (long p = (long)index * BLOCK; p < last_pixel(pass->c, index); p++) {
    float *at = pass->result + p * classes;
    if (pass->labels[p] != CK_IGNORED_LABEL)
      turn_pixel(pass, pass->labels[p], at);
    else
      for (int i = 0; i < classes; i++) at[i] = 0;
  }
}

ck_soft_dice_sum ck_soft_dice_loss(
    const ck_soft_dice *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch) {
  float slopes[CK_MOST_CLASSES], truth_slopes[CK_MOST_CLASSES];
  dice_pass pass = {
      .c = c,
      .logits = logits,
      .labels = labels,
      .result = gradient,
      .sums = scratch,
      .slopes = slopes,
      .truth_slopes = truth_slopes,
  };
  ck_parallel_for(blocks(c), c->workers, sum_block, &pass);
  merge_blocks(&pass);
  long counted = (long)scratch[COUNTED];
  double dice = dice_loss(&pass, slopes, truth_slopes);
  pass.cross_entropy_scale = counted > 0 ? c->cross_entropy_weight / (float)counted : 0;
  if (gradient) ck_parallel_for(blocks(c), c->workers, gradient_block, &pass);
  return (ck_soft_dice_sum){dice, scratch[CROSS_ENTROPY], counted};
}
