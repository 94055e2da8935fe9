// What the losses of pixels have in common: weights, blocks and their sums.
#ifndef PIXEL_LOSSES_H
#define PIXEL_LOSSES_H

#include "include/ck_pixel_losses.h"
#include "include/ck_threads.h"
#include "pixel_blocks.h"

typedef struct {
  const ck_pixel_losses *c;
  const float *logits;
  const uint8_t *labels;
  float *gradient;  // or NULL
  float gamma;      // of the focal loss
  float scale;      // of each pixel's gradient: 1 / the sum of the weights
  double *sums;     // of each block
} pixel_losses;

// Of a pixel that is not ignored.
CK_INLINE float weight_of(const pixel_losses *l, int label, long pixel) {
  const ck_pixel_weights *w = &l->c->weights;
  return (w->classes ? w->classes[label] : 1) + (w->pixels ? w->pixels[pixel] : 0);
}

// Adds up the weights, and the losses that `block` writes for each block of pixels, in order.
ck_pixel_loss_sum ck_sum_pixel_losses(pixel_losses losses, ck_body block);

#endif
