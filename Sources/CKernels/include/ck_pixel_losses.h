// Losses of the softmax that are means over pixels, each counted by a weight w = classes[label] + pixels[index].
#ifndef CK_PIXEL_LOSSES_H
#define CK_PIXEL_LOSSES_H

#include <stddef.h>
#include <stdint.h>

#include "ck_labels.h"

typedef struct {
  const float *classes;  // at least 0 each; NULL: 1 each
  const float *pixels;   // at least 0 each; NULL: 0 each
} ck_pixel_weights;

// Shapes. Logits and gradient: [pixels, classes]; labels: [pixels], below `classes` or CK_IGNORED_LABEL.
typedef struct {
  long pixels;
  int classes;
  ck_pixel_weights weights;
  int workers;
} ck_pixel_losses;

// The sum of the weighted losses and of the weights of the pixels that are not ignored, and their number; all 0 where
// no weight is above 0. Weights of 1 each add up to the number of pixels exactly.
typedef struct {
  double loss, weight;
  long pixels;
} ck_pixel_loss_sum;

// In doubles.
size_t ck_pixel_losses_scratch(const ck_pixel_losses *c);

// Of a pixel: -log p, where p is the softmax of its label. Writes the gradient of loss / weight, unless NULL. Partial
// sums of fixed blocks of pixels are added up in order.
ck_pixel_loss_sum ck_cross_entropy(
    const ck_pixel_losses *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch);

// The same of -(1 - p)^gamma log p; gamma is at least 0.
ck_pixel_loss_sum ck_focal(
    const ck_pixel_losses *c, float gamma, const float *logits, const uint8_t *labels, float *gradient,
    double *scratch);

#endif
