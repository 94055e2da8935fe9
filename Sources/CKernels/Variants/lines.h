// Loops along an axis whose samples are lines of floats: recursions and weighted sums from line to line, in an order
// that no processor changes, without fused multiply-adds.
#ifndef CK_LINES_H
#define CK_LINES_H

#include "kernels.h"
#include "vectors.h"

enum { LINE_VECTORS = 4 };

CK_INLINE void store_first(float *p, vector v, int count) { store_some(p, v, count < CK_LANES ? count : CK_LANES, 0); }

// `width` floats of each line: so many vectors, or a part of one.
CK_INLINE void filter_columns(
    int vectors, const ck_spline *s, float *lines, long count, long stride, int width) {
  vector value[LINE_VECTORS] = {0};
  for (int first = 0; first < s->starts; first++)
    for (int i = 0; i < vectors; i++)
      value[i] += s->start[first] * (6 * load_some(lines + first * stride + i * CK_LANES, width - i * CK_LANES));
  for (int i = 0; i < vectors; i++) store_first(lines + i * CK_LANES, value[i], width - i * CK_LANES);
  float *line = lines + stride;
  for (long index = 1; index < count; index++, line += stride)
#pragma clang loop unroll(full)
    for (int i = 0; i < vectors; i++) {
      int at = i * CK_LANES;
      value[i] = 6 * load_some(line + at, width - at) + CK_SPLINE_POLE * value[i];
      store_first(line + at, value[i], width - at);
    }
  line -= stride;
  for (int i = 0; i < vectors; i++) {
    int at = i * CK_LANES;
    value[i] = s->end * (value[i] + CK_SPLINE_POLE * load_some(line - stride + at, width - at));
    store_first(line + at, value[i], width - at);
  }
  line -= stride;
  for (long index = count - 2; index >= 0; index--, line -= stride)
#pragma clang loop unroll(full)
    for (int i = 0; i < vectors; i++) {
      int at = i * CK_LANES;
      value[i] = CK_SPLINE_POLE * (value[i] - load_some(line + at, width - at));
      store_first(line + at, value[i], width - at);
    }
}

static void filter_lines(const ck_spline *s, float *lines, long count, long stride, long inner) {
  long x = 0;
  for (; x + LINE_VECTORS * CK_LANES <= inner; x += LINE_VECTORS * CK_LANES)
    filter_columns(LINE_VECTORS, s, lines + x, count, stride, LINE_VECTORS * CK_LANES);
  for (; x + 2 * CK_LANES <= inner; x += 2 * CK_LANES)
    filter_columns(2, s, lines + x, count, stride, 2 * CK_LANES);
  for (; x + CK_LANES <= inner; x += CK_LANES) filter_columns(1, s, lines + x, count, stride, CK_LANES);
  if (x < inner) filter_columns(1, s, lines + x, count, stride, (int)(inner - x));
}

CK_INLINE vector blended(int width, const float *const *from, const float *weights, long x, int count) {
  vector low = weights[0] * load_some(from[0] + x, count) + weights[1] * load_some(from[1] + x, count);
  if (width == 2) return low;
  return low + (weights[2] * load_some(from[2] + x, count) + weights[3] * load_some(from[3] + x, count));
}

CK_INLINE void blend_line(
    int width, const int *indices, const float *weights, const float *lines, long stride, long inner, float *to) {
  const float *from[4];
  for (int tap = 0; tap < width; tap++) from[tap] = lines + indices[tap] * stride;
  long x = 0;
  for (; x + CK_LANES <= inner; x += CK_LANES) store(to + x, blended(width, from, weights, x, CK_LANES));
  if (x < inner) store_some(to + x, blended(width, from, weights, x, (int)(inner - x)), (int)(inner - x), 0);
}

static void blend_lines(const ck_blend *b, const float *lines, long stride, long inner, float *to, long to_stride) {
  const int *indices = b->indices;
  const float *weights = b->weights;
  for (int index = 0; index < b->count; index++, indices += b->width, weights += b->width, to += to_stride) {
    if (b->width == 4)
      blend_line(4, indices, weights, lines, stride, inner, to);
    else if (b->width == 2)
      blend_line(2, indices, weights, lines, stride, inner, to);
    else
      memcpy(to, lines + indices[0] * stride, sizeof(float) * (size_t)inner);
  }
}

#endif
