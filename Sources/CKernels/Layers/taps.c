#include "taps.h"

#include "targets.h"

CK_INLINE void add_line(float weight, const float *restrict from, size_t count, bool adds, float *restrict to) {
  if (adds)
    for (size_t i = 0; i < count; i++) to[i] += weight * from[i];
  else
    for (size_t i = 0; i < count; i++) to[i] = weight * from[i];
}

CK_SHARED_LOOP(
    void, ck_blend_rows, (const float *image, const taps *z, const taps *y, int height, size_t row, float *to),
    (image, z, y, height, row, to)) {
  for (int i = 0; i < z->count; i++)
    for (int j = 0; j < y->count; j++) {
      const float *from = image + ((size_t)z->index[i] * height + y->index[j]) * row;
      add_line(z->weight[i] * y->weight[j], from, row, i + j > 0, to);
    }
}

CK_SHARED_LOOP(
    void, ck_blend_pixels, (const float *row, const taps *x, int channels, bool adds, float *to),
    (row, x, channels, adds, to)) {
  for (int i = 0; i < x->count; i++)
    add_line(x->weight[i], row + (size_t)x->index[i] * channels, channels, adds || i > 0, to);
}
