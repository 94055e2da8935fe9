// Softmax and the cross-entropy of it, a pixel at a time.
#ifndef CK_CROSS_ENTROPY_H
#define CK_CROSS_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

#include "ck_pixel_weights.h"

// Shapes. Logits and gradient: [pixels, classes]; labels: [pixels], below `classes` or CK_IGNORED_LABEL.
typedef struct {
  long pixels;
  int classes;
  ck_pixel_weights weights;
  int workers;
} ck_cross_entropy;

// The sum of -w log softmax(logits)[label] and of the weights w, and the pixels counted.
typedef struct {
  double loss, weight;
  long pixels;
} ck_cross_entropy_sum;

// In doubles.
size_t ck_cross_entropy_scratch(const ck_cross_entropy *c);

// Writes the gradient of loss / weight, unless NULL. Partial sums of fixed blocks of pixels are added up in order.
ck_cross_entropy_sum ck_cross_entropy_loss(
    const ck_cross_entropy *c, const float *logits, const uint8_t *labels, float *gradient, double *scratch);

// probabilities += weight * softmax(logits), each of shape [pixels, classes].
void ck_add_softmax(const float *logits, long pixels, int classes, float weight, float *probabilities, int workers);

#endif
