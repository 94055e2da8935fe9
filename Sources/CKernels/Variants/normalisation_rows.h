// Normalisation and rectifier on rows of channels; the lines are those of ck_normalisation.h.
#ifndef CK_NORMALISATION_ROWS_H
#define CK_NORMALISATION_ROWS_H

#include <stdbool.h>

#include "../include/ck_normalisation.h"
#include "vectors.h"

CK_INLINE int padded_channels(int channels) { return (channels + 15) / 16 * 16; }

// (x - mean) * factor + shift of the channels from `lines` on, rectified.
CK_INLINE vector normalised(const float *lines, int line, float slope, vector x) {
  vector distance = x - load(lines + CK_MEAN * line);
  return rectified(fused(distance, load(lines + CK_FACTOR * line), load(lines + CK_SHIFT * line)), slope);
}

// What of the gradient passes the rectifier, and the input before scale and shift.
typedef struct {
  vector gradient, standard;
} passed;

CK_INLINE passed pass_rectifier(const float *lines, int line, float slope, vector x, vector gradient) {
  vector distance = x - load(lines + CK_MEAN * line);
  mask is_open = fused(distance, load(lines + CK_FACTOR * line), load(lines + CK_SHIFT * line)) > (vector){0};
  return (passed){passed_where(is_open, gradient, slope), distance * load(lines + CK_INVERSE * line)};
}

static void normalise(
    const float *lines, float slope, const float *x, int pixels, int channels, int past_cache, float *y) {
  int line = padded_channels(channels);
  bool is_past_cache = past_cache && channels % CK_LANES == 0 && is_line(y);
  for (int p = 0; p < pixels; p++, x += channels, y += channels)
    for (int c = 0; c < channels; c += CK_LANES) {
      vector v = normalised(lines + c, line, slope, load_some(x + c, channels - c));
      if (is_past_cache)
        store_past_cache(y + c, v);
      else
        store_some(y + c, v, channels - c < CK_LANES ? channels - c : CK_LANES, 0);
    }
  if (is_past_cache) finish_past_cache();
}

enum { VECTORS_TOGETHER = 4 };

CK_INLINE void sum_columns(
    int vectors, const float *lines, int line, float slope, const float *x, const float *gradient, int pixels,
    int channels, int left, float *sums, float *products) {
  vector sum[VECTORS_TOGETHER] = {0}, product[VECTORS_TOGETHER] = {0};
  for (int p = 0; p < pixels; p++, x += channels, gradient += channels)
#pragma clang loop unroll(full)
    for (int i = 0; i < vectors; i++) {
      int c = i * CK_LANES;
      passed v = pass_rectifier(lines + c, line, slope, load_some(x + c, left - c), load_some(gradient + c, left - c));
      sum[i] += v.gradient;
      product[i] = fused(v.gradient, v.standard, product[i]);
    }
  for (int i = 0; i < vectors; i++) store(sums + i * CK_LANES, sum[i]), store(products + i * CK_LANES, product[i]);
}

CK_INLINE void sum_gradient(
    const float *lines, float slope, const float *x, const float *gradient, int pixels, int channels, float *sums,
    float *products) {
  int line = padded_channels(channels);
  for (int c = 0; c < channels;) {
    int left = channels - c;
    if (left >= VECTORS_TOGETHER * CK_LANES) {
      sum_columns(
          VECTORS_TOGETHER, lines + c, line, slope, x + c, gradient + c, pixels, channels, left, sums + c,
          products + c);
      c += VECTORS_TOGETHER * CK_LANES;
    } else if (left >= 2 * CK_LANES) {
      sum_columns(2, lines + c, line, slope, x + c, gradient + c, pixels, channels, left, sums + c, products + c);
      c += 2 * CK_LANES;
    } else {
      sum_columns(1, lines + c, line, slope, x + c, gradient + c, pixels, channels, left, sums + c, products + c);
      c += CK_LANES;
    }
  }
}

// Sums of the gradient behind the rectifier, and of that times the input before scale and shift.
static void sum_normalised_gradient(
    const float *lines, float slope, const float *x, const float *gradient, int pixels, int channels, float *sums,
    float *products) {
  if (slope == 0)
    sum_gradient(lines, 0, x, gradient, pixels, channels, sums, products);
  else
    sum_gradient(lines, slope, x, gradient, pixels, channels, sums, products);
}

CK_INLINE void turn_gradient(
    const float *lines, float slope, const float *x, int pixels, int channels, const float *mean_sum,
    const float *mean_product, float *gradient) {
  int line = padded_channels(channels);
  for (int p = 0; p < pixels; p++, x += channels, gradient += channels)
    for (int c = 0; c < channels; c += CK_LANES) {
      int left = channels - c;
      passed v = pass_rectifier(lines + c, line, slope, load_some(x + c, left), load_some(gradient + c, left));
      vector rest = v.gradient - load(mean_sum + c) - v.standard * load(mean_product + c);
      store_some(gradient + c, load(lines + CK_FACTOR * line + c) * rest, left < CK_LANES ? left : CK_LANES, 0);
    }
}

// The gradient behind the rectifier to that of the input.
static void turn_normalised_gradient(
    const float *lines, float slope, const float *x, int pixels, int channels, const float *mean_sum,
    const float *mean_product, float *gradient) {
  if (slope == 0)
    turn_gradient(lines, 0, x, pixels, channels, mean_sum, mean_product, gradient);
  else
    turn_gradient(lines, slope, x, pixels, channels, mean_sum, mean_product, gradient);
}

#endif
