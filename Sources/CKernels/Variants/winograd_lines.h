// Winograd's convolutions F(4x4, 3x3) and F(2x2, 3x3) on channels-last tensors: the transforms in one dimension.
// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016; points 0, 1, -1, (2, -2,)
// infinity. `m` is the tile's size, a constant wherever these are called; a transformed tile has (m + 2)^2 components.
#ifndef CK_WINOGRAD_LINES_H
#define CK_WINOGRAD_LINES_H

#include <stdbool.h>

#include "Convolutions/winograd_grid.h"
#include "normalisation_rows.h"
#include "vectors.h"

enum { LARGEST_SIDE = 6 };

// B^T: m + 2 -> m + 2
CK_INLINE void transform_input_line(int m, const vector *d, vector *o) {
  if (m == 4) {
    vector a = fused_by(-4, d[2], d[4]), b = fused_by(-4, d[1], d[3]), c = d[4] - d[2], e = d[3] - d[1];
    o[0] = fused_by(4, d[0], fused_by(-5, d[2], d[4]));
    o[1] = a + b, o[2] = a - b;
    o[3] = fused_by(2, e, c), o[4] = fused_by(-2, e, c);
    o[5] = fused_by(4, d[1], fused_by(-5, d[3], d[5]));
  } else {
    o[0] = d[0] - d[2], o[1] = d[1] + d[2], o[2] = d[2] - d[1], o[3] = d[1] - d[3];
  }
}

// A^T: m + 2 -> m
CK_INLINE void transform_output_line(int m, const vector *p, vector *o) {
  if (m == 4) {
    vector a = p[1] + p[2], b = p[1] - p[2], c = p[3] + p[4], d = p[3] - p[4];
    o[0] = p[0] + a + c, o[1] = fused_by(2, d, b), o[2] = fused_by(4, c, a), o[3] = fused_by(8, d, b + p[5]);
  } else {
    o[0] = p[0] + p[1] + p[2], o[1] = p[1] - p[2] - p[3];
  }
}

// G: 3 -> m + 2
CK_INLINE void transform_weights_line(int m, const vector *g, vector *o) {
  vector sum = g[0] + g[2];
  if (m == 4) {
    vector s = sum * (-1.0f / 6), t = g[1] * (1.0f / 6);
    vector u = fused_by(1.0f / 24, g[0], g[2] * (1.0f / 6)), w = g[1] * (1.0f / 12);
    o[0] = g[0] * 0.25f, o[1] = s - t, o[2] = s + t, o[3] = u + w, o[4] = u - w, o[5] = g[2];
  } else {
    o[0] = g[0], o[1] = (sum + g[1]) * 0.5f, o[2] = (sum - g[1]) * 0.5f, o[3] = g[2];
  }
}

// A: m -> m + 2
CK_INLINE void transform_gradient_line(int m, const vector *y, vector *o) {
  if (m == 4) {
    vector a = y[0] + y[2], b = y[1] + y[3], c = fused_by(4, y[2], y[0]), d = fused_by(8, y[3], 2 * y[1]);
    o[0] = y[0], o[1] = a + b, o[2] = a - b, o[3] = c + d, o[4] = c - d, o[5] = y[3];
  } else {
    o[0] = y[0], o[1] = y[0] + y[1], o[2] = y[0] - y[1], o[3] = -y[1];
  }
}

// G^T: m + 2 -> 3
CK_INLINE void transform_weights_gradient_line(int m, const vector *u, vector *o) {
  vector a = u[1] + u[2], b = u[2] - u[1];
  if (m == 4) {
    vector c = u[3] + u[4], d = u[3] - u[4];
    o[0] = fused_by(0.25f, u[0], fused_by(1.0f / 24, c, a * (-1.0f / 6)));
    o[1] = fused_by(1.0f / 12, d, b * (1.0f / 6));
    o[2] = fused_by(1.0f / 6, c - a, u[5]);
  } else {
    o[0] = fused_by(0.5f, a, u[0]), o[1] = b * -0.5f, o[2] = fused_by(0.5f, a, u[3]);
  }
}

// MARK: Places

typedef struct {
  int plane, y, x;
} tile_place;

CK_INLINE tile_place place_of_tile(const ck_grid *g, int slice, long tile) {
  long line = tile / g->columns;
  int plane = (int)(line / g->rows) * g->depth + slice;
  return (tile_place){plane, (int)(line % g->rows) * g->tile, (int)(tile % g->columns) * g->tile};
}

CK_INLINE void advance(const ck_grid *g, tile_place *at) {
  if ((at->x += g->tile) < g->width) return;
  at->x = 0;
  if ((at->y += g->tile) < g->height) return;
  at->y = 0, at->plane += g->depth;
}

#endif
