// Softmax and the soft Dice loss of it over a whole batch, alone or with the cross-entropy.
#ifndef CK_SOFT_DICE_H
#define CK_SOFT_DICE_H

#include <stddef.h>
#include <stdint.h>

#include "ck_pixel_weights.h"

// Shapes. Logits and gradient: [pixels, classes]; labels: [pixels], below `classes` or CK_IGNORED_LABEL, which counts
// neither in the loss nor in its gradient. Class 0 is the background.
typedef struct {
  long pixels;  // at least 1
  int classes;  // 2...CK_MOST_CLASSES
  // s in 1 - mean over the foreground classes of (2 sum(p g) + s) / (sum(p) + sum(g) + s), in pixels; above 0.
  float smoothing;
  // Of the mean cross-entropy that is added; 0: soft Dice alone.
  float cross_entropy_weight;
  int workers;
} ck_soft_dice;

// The soft Dice loss, the sum of -log softmax(logits)[label], and the pixels counted.
typedef struct {
  double dice, cross_entropy;
  long pixels;
} ck_soft_dice_sum;

// In doubles.
size_t ck_soft_dice_scratch(const ck_soft_dice *c);

// Writes the gradient of soft Dice + cross_entropy_weight * mean cross-entropy, unless NULL. Partial sums of fixed
// blocks of pixels are added up in order.
ck_soft_dice_sum ck_soft_dice_loss(
    const ck_soft_dice *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch);

#endif
