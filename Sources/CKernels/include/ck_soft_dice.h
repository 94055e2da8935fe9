// Softmax and the soft Dice or Tversky loss of it over a batch or each of its samples, alone or with the cross-entropy.
#ifndef CK_SOFT_DICE_H
#define CK_SOFT_DICE_H

#include <stddef.h>
#include <stdint.h>

#include "ck_labels.h"

// Shapes. Logits and gradient: [pixels, classes]; labels: [pixels], below `classes` or CK_IGNORED_LABEL, which counts
// neither in the loss nor in its gradient. Class 0 is the background.
//
// The overlap of a class is T = (2 O + s) / (2 O + 2 alpha (P - O) + 2 beta (G - O) + s), where P = sum(p), G = sum(g) and
// O = sum(p g) over a group. The loss is the mean over the groups in which a pixel counts, and over the foreground
// classes, of (1 - T)^exponent.
typedef struct {
  long pixels;  // at least 1
  int classes;  // 2...CK_MOST_CLASSES
  int groups;   // of equal size, one behind the other; at least 1
  // alpha and beta, of the false positives and false negatives; at least 0, one of them above; 0.5 each: soft Dice.
  float false_positive_weight, false_negative_weight;
  float smoothing;  // s, in pixels; above 0
  float exponent;   // above 0 and at most 1
  // Of the mean cross-entropy that is added; 0: none.
  float cross_entropy_weight;
  int workers;
} ck_soft_dice;

// The loss of the overlaps, the sum of -log softmax(logits)[label], and the pixels counted.
typedef struct {
  double dice, cross_entropy;
  long pixels;
} ck_soft_dice_sum;

// In doubles.
size_t ck_soft_dice_scratch(const ck_soft_dice *c);

// Writes the gradient of the loss + cross_entropy_weight * mean cross-entropy, unless NULL. Partial sums of fixed blocks
// of pixels are added up in order.
ck_soft_dice_sum ck_soft_dice_loss(
    const ck_soft_dice *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch);

#endif
