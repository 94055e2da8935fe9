// Rows of a tensor as weighted sums of rows of another one and then of their pixels: interpolation and blurring.
#ifndef TAPS_H
#define TAPS_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_TAPS = 4 };

// Which of the other tensor's indices an index takes, with which weights.
typedef struct {
  int count, index[MOST_TAPS];
  float weight[MOST_TAPS];
} taps;

// The weighted sum of rows of `row` floats in planes of `height` rows.
void ck_blend_rows(const float *image, const taps *z, const taps *y, int height, size_t row, float *to);

// The weighted sum of pixels of a row, or where it `adds`, that added to what is there.
void ck_blend_pixels(const float *row, const taps *x, int channels, bool adds, float *to);

#endif
