// Cubic sampling of some voxels of a row of a warped image: of 4 coefficients along each axis or, along an axis of a
// single sample, 1; summed along z, then y, then x.
#ifndef CK_WARP_SPLINES_H
#define CK_WARP_SPLINES_H

#include "warp_places.h"

typedef float four __attribute__((vector_size(16), aligned(4)));
typedef float sixteen __attribute__((vector_size(64), aligned(4)));

// By tap: the weights of the coefficients along an axis.
typedef struct {
  float of[4][CK_WARP_STRETCH];
} ck_weights;

CK_INLINE void weigh_places(const float *restrict fractions, int taps, int count, ck_weights *restrict to) {
  for (int i = 0; i < count; i++) {
    float weights[4] = {1};
    if (taps == 4) weigh_spline(fractions[i], weights);
    for (int tap = 0; tap < 4; tap++) to->of[tap][i] = weights[tap];
  }
}

// What is summed along z and y already, summed along x.
CK_INLINE void sum_along_x(
    const ck_weights *x, const float (*sums)[4], int count, const int *is_inside, float outside, float *restrict to,
    int step) {
  for (int i = 0; i < count; i++) {
    const float *s = sums[i];
    float sum = (x->of[0][i] * s[0] + x->of[1][i] * s[1]) + (x->of[2][i] * s[2] + x->of[3][i] * s[3]);
    to[(long)i * step] = is_inside[i] ? sum : outside;
  }
}

CK_INLINE four load_four(const float *p) { return *(const four *)p; }

// Four rows of four coefficients.
CK_INLINE void load_rows(const float *from, long row, sixteen *to) {
  four a = load_four(from), b = load_four(from + row), c = load_four(from + 2 * row), d = load_four(from + 3 * row);
  *to = __builtin_shufflevector(
      __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7), __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7),
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

// Of one channel, with 4 coefficients along x and y.
CK_INLINE void sum_grey(
    bool has_depth, const ck_weights *y, const ck_weights *z, const float *image, long row, long plane, int count,
    const int *coefficients, float (*sums)[4]) {
  for (int i = 0; i < count; i++) {
    const float *from = image + coefficients[i];
    sixteen rows, next;
    load_rows(from, row, &rows);
    if (has_depth) {
      rows = z->of[0][i] * rows;
#pragma clang loop unroll(full)
      for (int k = 1; k < 4; k++) {
        load_rows(from + k * plane, row, &next);
        rows += z->of[k][i] * next;
      }
    }
    four sum = y->of[0][i] * __builtin_shufflevector(rows, rows, 0, 1, 2, 3);
    sum += y->of[1][i] * __builtin_shufflevector(rows, rows, 4, 5, 6, 7);
    sum += y->of[2][i] * __builtin_shufflevector(rows, rows, 8, 9, 10, 11);
    sum += y->of[3][i] * __builtin_shufflevector(rows, rows, 12, 13, 14, 15);
    memcpy(sums[i], &sum, sizeof sum);
  }
}

CK_INLINE void sum_any(
    const int taps[3], const ck_weights *y, const ck_weights *z, const float *image, int channels, long row,
    long plane, int count, const int *coefficients, float (*sums)[4]) {
  for (int i = 0; i < count; i++) {
    const float *from = image + (long)coefficients[i] * channels;
    for (int x = 0; x < taps[0]; x++, from += channels) {
      float sum = 0;
      for (int j = 0; j < taps[1]; j++) {
        float line = z->of[0][i] * from[j * row];
        for (int k = 1; k < taps[2]; k++) line += z->of[k][i] * from[k * plane + j * row];
        sum = j == 0 ? y->of[0][i] * line : sum + y->of[j][i] * line;
      }
      sums[i][x] = sum;
    }
    for (int x = taps[0]; x < 4; x++) sums[i][x] = 0;
  }
}

// `image` holds coefficients, with margins.
CK_INLINE void sample_cubic(
    const ck_warp *w, const float *image, float outside, bool has_depth, int count, const ck_located *at, float *to) {
  int taps[3] = {w->input[0] > 1 ? 4 : 1, w->input[1] > 1 ? 4 : 1, has_depth && w->input[2] > 1 ? 4 : 1};
  long row = (long)(w->input[0] + 2 * (w->input[0] > 1)) * w->channels;
  long plane = row * (w->input[1] + 2 * (w->input[1] > 1));
  ck_weights x, y, z;
  weigh_places(at->x, taps[0], count, &x);
  weigh_places(at->y, taps[1], count, &y);
  weigh_places(at->z, taps[2], count, &z);
  float sums[CK_WARP_STRETCH][4];
  for (int c = 0; c < w->channels; c++) {
    if (w->channels == 1 && taps[0] == 4 && taps[1] == 4 && taps[2] == 4)
      sum_grey(true, &y, &z, image, row, plane, count, at->coefficient, sums);
    else if (w->channels == 1 && taps[0] == 4 && taps[1] == 4)
      sum_grey(false, &y, &z, image, row, plane, count, at->coefficient, sums);
    else
      sum_any(taps, &y, &z, image + c, w->channels, row, plane, count, at->coefficient, sums);
    sum_along_x(&x, sums, count, at->is_inside, outside, to + c, w->channels);
  }
}

#endif
