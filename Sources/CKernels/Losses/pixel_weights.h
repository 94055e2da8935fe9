// The weight of a pixel that is not ignored.
#ifndef PIXEL_WEIGHTS_H
#define PIXEL_WEIGHTS_H

#include "include/ck_pixel_weights.h"
#include "targets.h"

CK_INLINE float weight_of(const ck_pixel_weights *weights, int label, long pixel) {
  return (weights->classes ? weights->classes[label] : 1) + (weights->pixels ? weights->pixels[pixel] : 0);
}

#endif
