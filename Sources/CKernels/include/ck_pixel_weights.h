// How much a pixel counts in a loss: w = classes[label] + pixels[index].
#ifndef CK_PIXEL_WEIGHTS_H
#define CK_PIXEL_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

// Pixels with this label count neither in a loss nor in its gradient; labels of classes are below CK_MOST_CLASSES.
enum { CK_IGNORED_LABEL = 255, CK_MOST_CLASSES = 254 };

typedef struct {
  const float *classes;  // at least 0 each; NULL: 1 each
  const float *pixels;   // at least 0 each; NULL: 0 each
} ck_pixel_weights;

// The sum of the weights of the pixels that are not ignored, and their number; both 0 where no weight is above 0.
typedef struct {
  double weight;
  long pixels;
} ck_weight_sum;

// Adds up the weights of `count` pixels in fixed blocks, in order. Of a weight of 1 for each it is their number exactly.
// `scratch` has a double for each block of pixels, as that of every loss of as many pixels.
ck_weight_sum ck_sum_weights(
    const ck_pixel_weights *weights, const uint8_t *labels, long count, double *scratch, int workers);

#endif
