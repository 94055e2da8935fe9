// Normalisation and rectifier on rows of channels; the coefficients are those of ck_normalisation.h.
#ifndef CK_NORMALISATION_ROWS_H
#define CK_NORMALISATION_ROWS_H

#include <stdbool.h>

#include "include/ck_normalisation.h"
#include "kernels.h"
#include "vectors.h"

CK_INLINE int padded_channels(int channels) { return (channels + 15) / 16 * 16; }

// (x - mean) * factor + shift of the channels from `coefficients` on, rectified.
CK_INLINE vector normalised(const float *coefficients, int stride, float slope, vector x) {
  vector factor = load(coefficients + CK_FACTOR * stride), shift = load(coefficients + CK_SHIFT * stride);
  return rectified(fused(x - load(coefficients + CK_MEAN * stride), factor, shift), slope);
}

// What of the gradient passes the rectifier, and the input before scale and shift.
typedef struct {
  vector gradient, standard;
} passed;

CK_INLINE passed pass_rectifier(const float *coefficients, int stride, float slope, vector x, vector gradient) {
  vector distance = x - load(coefficients + CK_MEAN * stride);
  vector factor = load(coefficients + CK_FACTOR * stride), shift = load(coefficients + CK_SHIFT * stride);
  mask is_open = fused(distance, factor, shift) > (vector){0};
  return (passed){passed_where(is_open, gradient, slope), distance * load(coefficients + CK_INVERSE * stride)};
}

static void normalise(const ck_normalised *n, bool past_cache, float *to) {
  int stride = padded_channels(n->channels), channels = n->channels;
  bool is_past_cache = past_cache && channels % CK_LANES == 0 && is_line(to);
  const float *x = n->values;
  for (int p = 0; p < n->pixels; p++, x += channels, to += channels)
    for (int c = 0; c < channels; c += CK_LANES) {
      vector v = normalised(n->coefficients + c, stride, n->slope, load_some(x + c, channels - c));
      if (is_past_cache)
        store_past_cache(to + c, v);
      else
        store_some(to + c, v, channels - c < CK_LANES ? channels - c : CK_LANES, 0);
    }
  if (is_past_cache) finish_past_cache();
}

enum { VECTORS_TOGETHER = 4 };

// Of some vectors of channels from `first` on.
CK_INLINE void sum_columns(
    int vectors, ck_normalised n, float slope, int first, const float *gradient, float *sums, float *products) {
  int stride = padded_channels(n.channels), left = n.channels - first;
  const float *coefficients = n.coefficients + first, *x = n.values + first;
  vector sum[VECTORS_TOGETHER] = {0}, product[VECTORS_TOGETHER] = {0};
  gradient += first;
  for (int p = 0; p < n.pixels; p++, x += n.channels, gradient += n.channels)
#pragma clang loop unroll(full)
    for (int i = 0; i < vectors; i++) {
      int c = i * CK_LANES;
      vector value = load_some(x + c, left - c), slope_of_loss = load_some(gradient + c, left - c);
      passed v = pass_rectifier(coefficients + c, stride, slope, value, slope_of_loss);
      sum[i] += v.gradient;
      product[i] = fused(v.gradient, v.standard, product[i]);
    }
  for (int i = 0, c = first; i < vectors; i++, c += CK_LANES) store(sums + c, sum[i]), store(products + c, product[i]);
}

CK_INLINE void sum_gradient(ck_normalised n, float slope, const float *gradient, float *sums, float *products) {
  for (int c = 0; c < n.channels;) {
    int left = n.channels - c;
    if (left >= VECTORS_TOGETHER * CK_LANES) {
      sum_columns(VECTORS_TOGETHER, n, slope, c, gradient, sums, products);
      c += VECTORS_TOGETHER * CK_LANES;
    } else if (left >= 2 * CK_LANES) {
      sum_columns(2, n, slope, c, gradient, sums, products);
      c += 2 * CK_LANES;
    } else {
      sum_columns(1, n, slope, c, gradient, sums, products);
      c += CK_LANES;
    }
  }
}

// Sums of the gradient behind the rectifier, and of that times the input before scale and shift.
static void sum_normalised_gradient(const ck_normalised *n, const float *gradient, float *sums, float *products) {
  if (n->slope == 0)
    sum_gradient(*n, 0, gradient, sums, products);
  else
    sum_gradient(*n, n->slope, gradient, sums, products);
}

CK_INLINE void turn_gradient(
    bool shares, ck_normalised n, float slope, const float *mean_sum, const float *mean_product, float *gradient) {
  int stride = padded_channels(n.channels);
  const float *x = n.values;
  for (int p = 0; p < n.pixels; p++, x += n.channels, gradient += n.channels)
    for (int c = 0; c < n.channels; c += CK_LANES) {
      int left = n.channels - c;
      const float *coefficients = n.coefficients + c;
      passed v = pass_rectifier(coefficients, stride, slope, load_some(x + c, left), load_some(gradient + c, left));
      vector factor = load(coefficients + CK_FACTOR * stride), turned;
      if (shares) {
        vector mean = fused(v.standard, load(mean_product + c), load(mean_sum + c));
        turned = factor * v.gradient - load(coefficients + CK_INVERSE * stride) * mean;
      } else {
        turned = factor * (v.gradient - load(mean_sum + c) - v.standard * load(mean_product + c));
      }
      store_some(gradient + c, turned, left < CK_LANES ? left : CK_LANES, 0);
    }
}

// The gradient behind the rectifier to that of the input.
static void turn_normalised_gradient(
    const ck_normalised *n, const float *mean_sum, const float *mean_product, float *gradient) {
  if (n->shares_statistics)
    turn_gradient(true, *n, n->slope, mean_sum, mean_product, gradient);
  else if (n->slope == 0)
    turn_gradient(false, *n, 0, mean_sum, mean_product, gradient);
  else
    turn_gradient(false, *n, n->slope, mean_sum, mean_product, gradient);
}

#endif
