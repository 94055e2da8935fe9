// Winograd's F(2, 3) along the depth: sums of whole lines, number by number.
#ifndef CK_WINOGRAD_DEPTH_H
#define CK_WINOGRAD_DEPTH_H

#include "winograd_lines.h"

CK_INLINE void transform_depth_lines(
    int inputs, int outputs, void (*line)(int, const vector *, vector *), const float *const *inputs_at, long count,
    float *const *outputs_at) {
  const float *from[CK_DEPTH_COMPONENTS];
  float *to[CK_DEPTH_COMPONENTS];
#pragma clang loop unroll(full)
  for (int i = 0; i < inputs; i++) from[i] = inputs_at[i];
#pragma clang loop unroll(full)
  for (int i = 0; i < outputs; i++) to[i] = outputs_at[i];
  for (long x = 0; x < count; x += CK_LANES) {
    vector in[CK_DEPTH_COMPONENTS], out[CK_DEPTH_COMPONENTS];
#pragma clang loop unroll(full)
    for (int i = 0; i < inputs; i++) in[i] = load(from[i] + x);
    line(2, in, out);
#pragma clang loop unroll(full)
    for (int i = 0; i < outputs; i++) store(to[i] + x, out[i]);
  }
}

static void transform_depth(ck_depth_transform transform, const float *const *from, long count, float *const *to) {
  switch (transform) {
    case CK_DEPTH_INPUT: return transform_depth_lines(4, 4, transform_input_line, from, count, to);
    case CK_DEPTH_OUTPUT: return transform_depth_lines(4, 2, transform_output_line, from, count, to);
    case CK_DEPTH_WEIGHTS: return transform_depth_lines(3, 4, transform_weights_line, from, count, to);
    case CK_DEPTH_GRADIENT: return transform_depth_lines(2, 4, transform_gradient_line, from, count, to);
    case CK_DEPTH_WEIGHTS_GRADIENT:
      return transform_depth_lines(4, 3, transform_weights_gradient_line, from, count, to);
  }
}

#endif
