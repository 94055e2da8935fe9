// Loops over pixels and their channels.
#ifndef CK_ROWS_H
#define CK_ROWS_H

#include "kernels.h"
#include "vectors.h"

static void finish(float *matrix, long stride, int rows, int columns, ck_epilogue e) {
  for (int column = 0; column < columns; column += CK_LANES) {
    vector scale = e.scale ? load(e.scale + column) : spread(1), shift = e.shift ? load(e.shift + column) : (vector){0};
    float *at = matrix + column;
    for (int row = 0; row < rows; row++, at += stride) {
      vector v = fused(load(at), scale, shift);
      store(at, e.rectifies ? rectified(v, e.slope) : v);
    }
  }
}

CK_INLINE vector larger(vector a, vector b) {
  return chosen(b > a, b, a);
}

CK_INLINE void pool_window(const ck_windows *w, const float *from, int columns, int count, float *to) {
  vector best = load_some(from, count);
  for (int z = 0; z < w->planes; z++)
    for (int y = 0; y < w->rows; y++)
      for (int x = 0; x < columns; x++)
        best = larger(best, load_some(from + z * w->plane + y * w->row + (long)x * w->channels, count));
  store_some(to, best, count < CK_LANES ? count : CK_LANES, 0);
}

static void pool(const ck_windows *w, const float *from, int count, float *to) {
  for (int i = 0; i < count; i++, from += (long)w->columns * w->channels, to += w->channels)
    for (int channel = 0; channel < w->channels; channel += CK_LANES)
      pool_window(w, from + channel, w->columns, w->channels - channel, to + channel);
}

#endif
