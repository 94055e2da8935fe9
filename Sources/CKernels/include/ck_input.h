// What a layer reads that can normalise its input itself.
#ifndef CK_INPUT_H
#define CK_INPUT_H

// An input, and unless NULL, the coefficients of the normalisation that it has still to go through
// (ck_normalisation.h), `image_stride` floats an image (0: the same for all), with the slope of the rectifier behind
// it. Winograd's algorithm and PReLU alone do that.
typedef struct {
  const float *values, *coefficients;
  long image_stride;
  float slope;
} ck_input;

#endif
