// Two passes: one over the logits leaves the probabilities where the gradient will be and sums them, one turns them
// into the gradient.
#include "include/ck_soft_dice.h"

#include "include/ck_threads.h"
#include "pixel_blocks.h"
#include "softmax.h"

// What a block, and then the whole batch, leaves behind; then [classes] of each sum.
enum { CROSS_ENTROPY, COUNTED, SUMS };
enum { OVERLAP, PROBABILITY, TRUTH, SUMS_A_CLASS };

typedef struct {
  const ck_soft_dice *c;
  const float *logits;
  const uint8_t *labels;
  float *result;
  // Of each block; those of a group's blocks are added up in its first one.
  double *sums;
  // Of each group, by the probability of each class: the slope of the loss where it is not the truth, and what the truth
  // adds.
  float *slopes;
  float cross_entropy_scale;
} soft_dice;

static long group_pixels(const ck_soft_dice *c) { return c->pixels / c->groups; }
static int group_blocks(const ck_soft_dice *c) { return pixel_blocks(group_pixels(c)); }
static int blocks(const ck_soft_dice *c) { return c->groups * group_blocks(c); }
static size_t sums_size(const ck_soft_dice *c) { return SUMS + SUMS_A_CLASS * (size_t)c->classes; }

// Behind the sums, a slope of each kind for each group and class: two floats are a double.
size_t ck_soft_dice_scratch(const ck_soft_dice *c) {
  return sums_size(c) * (size_t)blocks(c) + (size_t)c->groups * (size_t)c->classes;
}

static int group_of(const ck_soft_dice *c, int index) { return index / group_blocks(c); }
static long first_pixel(const ck_soft_dice *c, int index) {
  return group_of(c, index) * group_pixels(c) + (long)(index % group_blocks(c)) * PIXEL_BLOCK;
}
static long last_pixel(const ck_soft_dice *c, int index) {
  long last = first_pixel(c, index) + PIXEL_BLOCK, end = (group_of(c, index) + 1) * group_pixels(c);
  return last < end ? last : end;
}

static double *sums_of_group(const soft_dice *d, int group) {
  return d->sums + (size_t)group * (size_t)group_blocks(d->c) * sums_size(d->c);
}
static float *slopes_of_group(const soft_dice *d, int group) { return d->slopes + (size_t)group * 2 * d->c->classes; }

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
  const soft_dice *d = context;
  int classes = d->c->classes;
  double *sums = d->sums + (size_t)index * sums_size(d->c);
  double *overlap = sums + SUMS + OVERLAP * classes, *probability = sums + SUMS + PROBABILITY * classes;
  double *truth = sums + SUMS + TRUTH * classes;
  for (size_t i = 0; i < sums_size(d->c); i++) sums[i] = 0;
  float unkept[CK_MOST_CLASSES];
  for (long p = first_pixel(d->c, index); p < last_pixel(d->c, index); p++) {
    int label = d->labels[p];
    if (label == CK_IGNORED_LABEL) continue;
    float *probabilities = d->result ? d->result + p * classes : unkept;
    sums[CROSS_ENTROPY] += softmax(d->logits + p * classes, classes, label, probabilities);
    sums[COUNTED]++;
    overlap[label] += probabilities[label];
    truth[label]++;
    for (int i = 0; i < classes; i++) probability[i] += probabilities[i];
  }
}

static void merge_blocks(const soft_dice *d, int group) {
  size_t size = sums_size(d->c);
  double *sums = sums_of_group(d, group);
  for (int b = 1; b < group_blocks(d->c); b++)
    for (size_t i = 0; i < size; i++) sums[i] += sums[(size_t)b * size + i];
}

// 1 - T below which the slope of a power of it is that of this: at 0 it would be infinite.
#define LEAST_MISS 1e-6

// Returns the loss of a group, times 1 / share, and sets the slopes by which the probabilities change it.
static double group_loss(const soft_dice *d, int group, double share) {
  const ck_soft_dice *c = d->c;
  int classes = c->classes;
  float *slopes = slopes_of_group(d, group), *truth_slopes = slopes + classes;
  // The denominator: both * O + positives * P + truths * G + s.
  double positives = 2.0 * c->false_positive_weight, truths = 2.0 * c->false_negative_weight;
  double both = 2 - positives - truths, total = 0;
  slopes[0] = truth_slopes[0] = 0;
  for (int i = 1; i < classes; i++) {
    const double *sums = sums_of_group(d, group) + SUMS + i;
    double overlap = sums[OVERLAP * classes];
    double size =
        both * overlap + positives * sums[PROBABILITY * classes] + truths * sums[TRUTH * classes] + c->smoothing;
    double dice = (2 * overlap + c->smoothing) / size, miss = 1 - dice, steepness = share;
    if (c->exponent != 1) {
      double bounded = miss < LEAST_MISS ? LEAST_MISS : miss;
      steepness = share * c->exponent * pow(bounded, c->exponent - 1.0);
      miss = miss > 0 ? pow(miss, c->exponent) : miss * 0;
    }
    total += miss;
    slopes[i] = (float)(steepness * dice * positives / size);
    truth_slopes[i] = (float)((both * dice - 2) * steepness / size);
  }
  return total;
}

// Returns the loss, and sets the slopes.
static double dice_loss(const soft_dice *d) {
  int counted = 0;
  for (int g = 0; g < d->c->groups; g++) counted += sums_of_group(d, g)[COUNTED] > 0;
  double share = 1.0 / ((double)(d->c->classes - 1) * (counted > 0 ? counted : 1)), total = 0;
  for (int g = 0; g < d->c->groups; g++)
    if (sums_of_group(d, g)[COUNTED] > 0) total += group_loss(d, g, share);
  return share * total;
}

// MARK: Gradient

CK_INLINE float slope_of(const float *slopes, int classes, int class, int label) {
  return slopes[class] + (class == label ? slopes[classes + class] : 0);
}

// dL/dz_i = p_i (q_i - sum of p q), where q are the slopes by the probabilities; distances from the slope of the
// largest probability keep what is left where that is nearly 1.
CK_INLINE void turn_pixel(
    const float *slopes, int classes, int label, float cross_entropy_scale, float *probabilities) {
  int best = 0;
  for (int i = 1; i < classes; i++) best = probabilities[i] > probabilities[best] ? i : best;
  float pivot = slope_of(slopes, classes, best, label), mean = 0;
  for (int i = 0; i < classes; i++) mean += probabilities[i] * (slope_of(slopes, classes, i, label) - pivot);
  for (int i = 0; i < classes; i++) {
    float p = probabilities[i], miss = p - (i == label ? 1 : 0);
    probabilities[i] = p * (slope_of(slopes, classes, i, label) - pivot - mean) + cross_entropy_scale * miss;
  }
}

static void gradient_block(void *context, int index, int worker) {
  (void)worker;
  const soft_dice *d = context;
  int classes = d->c->classes;
  const float *slopes = slopes_of_group(d, group_of(d->c, index));
  for (long p = first_pixel(d->c, index); p < last_pixel(d->c, index); p++) {
    float *at = d->result + p * classes;
    if (d->labels[p] != CK_IGNORED_LABEL)
      turn_pixel(slopes, classes, d->labels[p], d->cross_entropy_scale, at);
    else
      for (int i = 0; i < classes; i++) at[i] = 0;
  }
}

ck_soft_dice_sum ck_soft_dice_loss(
    const ck_soft_dice *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch) {
  soft_dice d = {
      .c = c, .logits = logits, .labels = labels, .result = gradient, .sums = scratch,
      .slopes = (float *)(scratch + sums_size(c) * (size_t)blocks(c))};
  ck_parallel_for(blocks(c), c->workers, sum_block, &d);
  ck_soft_dice_sum sum = {0, 0, 0};
  for (int g = 0; g < c->groups; g++) {
    merge_blocks(&d, g);
    sum.cross_entropy += sums_of_group(&d, g)[CROSS_ENTROPY];
    sum.pixels += (long)sums_of_group(&d, g)[COUNTED];
  }
  sum.dice = dice_loss(&d);
  d.cross_entropy_scale = sum.pixels > 0 ? c->cross_entropy_weight / (float)sum.pixels : 0;
  if (gradient) ck_parallel_for(blocks(c), c->workers, gradient_block, &d);
  return sum;
}
