// Softmax and the focal loss of it, a pixel at a time.
#ifndef CK_FOCAL_H
#define CK_FOCAL_H

#include <stddef.h>
#include <stdint.h>

#include "ck_pixel_weights.h"

// Shapes. Logits and gradient: [pixels, classes]; labels: [pixels], below `classes` or CK_IGNORED_LABEL.
typedef struct {
  long pixels;
  int classes;
  float gamma;  // at least 0
  ck_pixel_weights weights;
  int workers;
} ck_focal;

// The sum of -w (1 - p)^gamma log p and of the weights w, and the pixels counted.
typedef struct {
  double loss, weight;
  long pixels;
} ck_focal_sum;

// In doubles.
size_t ck_focal_scratch(const ck_focal *c);

// Writes the gradient of loss / weight, unless NULL. Partial sums of fixed blocks of pixels are added up in order.
ck_focal_sum ck_focal_loss(
    const ck_focal *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch);

#endif
