// The weights of background pixels between two objects that lie close together.
#ifndef CK_BORDER_WEIGHTS_H
#define CK_BORDER_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

// Labels and weights: [samples, depth, height, width], of less than 2^31 pixels a sample. An object is a component of the
// pixels that are neither background (0) nor ignored, connected by faces, whatever their classes, within a sample.
typedef struct {
  int samples, depth, height, width;
  float weight;  // w0, above 0
  float sigma;   // in pixels, above 0
  int workers;
} ck_border_weights;

// In bytes, aligned as a 32-bit number.
size_t ck_border_weights_scratch(const ck_border_weights *c);

// Writes w0 exp(-(d1 + d2)^2 / (2 sigma^2)) for each background pixel, where d1 and d2 are the distances of its middle to
// that of the nearest pixel of the nearest and of the second nearest object; 0 for other pixels, where there is only one
// object, and where the number is below w0 / 2^24, the rounding of a weight of w0.
void ck_border_weights_of(const ck_border_weights *c, const uint8_t *labels, void *scratch, float *weights);

#endif
