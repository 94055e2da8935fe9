// Winograd's convolutions: weights to components, and their gradient back.
#ifndef CK_WINOGRAD_WEIGHTS_H
#define CK_WINOGRAD_WEIGHTS_H

#include "winograd_lines.h"

// Zeros where there are no more filters.
CK_INLINE void transform_some_weights(int m, const ck_weights_panel *weights, ck_components components) {
  int side = m + 2, width = weights->width;
  long tap = weights->tap, component = components.component;
  for (int channel = 0; channel < weights->channels; channel++)
    for (int c = 0; c < width; c += CK_LANES) {
      const float *from = weights->values + (long)channel * weights->filters + weights->first_filter + c;
      int count = weights->filters - weights->first_filter - c;
      vector half[LARGEST_SIDE][3];
#pragma clang loop unroll(full)
      for (int j = 0; j < 3; j++) {
        vector in[3], out[LARGEST_SIDE];
#pragma clang loop unroll(full)
        for (int i = 0; i < 3; i++) in[i] = load_some(from + (i * 3 + j) * tap, count);
        transform_weights_line(m, in, out);
#pragma clang loop unroll(full)
        for (int i = 0; i < side; i++) half[i][j] = out[i];
      }
      float *next = components.values + (long)channel * components.row + c;
#pragma clang loop unroll(full)
      for (int i = 0; i < side; i++, next += side * component) {
        CK_OPAQUE(next);
        vector out[LARGEST_SIDE];
        transform_weights_line(m, half[i], out);
#pragma clang loop unroll(full)
        for (int j = 0; j < side; j++) store(next + j * component, out[j]);
      }
    }
}

static void transform_weights(int m, const ck_weights_panel *weights, ck_components to) {
  if (m == 4)
    transform_some_weights(4, weights, to);
  else
    transform_some_weights(2, weights, to);
}

// Back from components[(m + 2)^2][channel][row] to the gradient of the weights [3, 3, all channels, filters]: one
// channel.
CK_INLINE void transform_some_weights_gradient(
    int m, const float *components, long component, int filters, float *gradient, long tap) {
  int side = m + 2;
  for (int c = 0; c < filters; c += CK_LANES) {
    vector half[3][LARGEST_SIDE];
    const float *column = components + c;
#pragma clang loop unroll(full)
    for (int j = 0; j < side; j++, column += component) {
      CK_OPAQUE(column);
      vector in[LARGEST_SIDE], out[3];
#pragma clang loop unroll(full)
      for (int i = 0; i < side; i++) in[i] = load(column + i * side * component);
      transform_weights_gradient_line(m, in, out);
#pragma clang loop unroll(full)
      for (int i = 0; i < 3; i++) half[i][j] = out[i];
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 3; i++) {
      vector out[3];
      transform_weights_gradient_line(m, half[i], out);
      int width = filters - c < CK_LANES ? filters - c : CK_LANES;
#pragma clang loop unroll(full)
      for (int j = 0; j < 3; j++) store_some(gradient + (i * 3 + j) * tap + c, out[j], width, false);
    }
  }
}

static void transform_weights_gradient(
    int m, const float *components, long component, int filters, float *gradient, long tap) {
  if (m == 4)
    transform_some_weights_gradient(4, components, component, filters, gradient, tap);
  else
    transform_some_weights_gradient(2, components, component, filters, gradient, tap);
}

#endif
