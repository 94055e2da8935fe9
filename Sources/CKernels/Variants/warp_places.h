// Where the voxels of a row of a warped image look.
#ifndef CK_WARP_PLACES_H
#define CK_WARP_PLACES_H

#include "kernels.h"
#include "Volumes/positions.h"
#include "vectors.h"

// Some voxels of a row: the last sample at or before each point along each axis, but for the very last sample, and how
// far the point lies beyond it, 0...1.
typedef struct {
  float x[CK_WARP_STRETCH + CK_LANES], y[CK_WARP_STRETCH + CK_LANES], z[CK_WARP_STRETCH + CK_LANES];
  // Among the samples, of that sample and of the nearest; among coefficients with margins, of the first of 4.
  int corner[CK_WARP_STRETCH + CK_LANES], nearest[CK_WARP_STRETCH], coefficient[CK_WARP_STRETCH];
  int is_inside[CK_WARP_STRETCH + CK_LANES];
} ck_located;

CK_INLINE float ck_clamped(float x, float last) {
  float above = x > 0 ? x : 0;
  return above < last ? above : last;
}

// Where the voxels first..<first + count of a row look along one axis of the input, by the affine part.
CK_INLINE void place_straight(float start, float step, int first, int count, float *to) {
  for (int i = 0; i < count; i++) to[i] = start + step * (float)(first + i);
}

// The same, moved by the spline whose control points, weighted along y and z already, are `line`: within a cell, by a
// polynomial. Vectors reach beyond the end of a cell, into what is written next.
CK_INLINE void place_moved(
    const ck_warp *w, const float *line, float start, float step, int first, int count, float *to) {
  const int *cells = w->cells[0] + first;
  const float *fractions = w->fractions[0] + first;
  vector lanes;
  for (int lane = 0; lane < CK_LANES; lane++) lanes[lane] = (float)lane;
  for (int i = 0, end; i < count; i = end) {
    end = ck_minimum(w->ends[first + i] - first, count);
    const float *p = line + cells[i];
    float a = p[0], b = 0, c = 0, d = 0;
    if (w->lattice[0] > 1) {
      a = (p[0] + 4 * p[1] + p[2]) * (1.0f / 6), b = (p[2] - p[0]) * 0.5f;
      c = (p[0] - 2 * p[1] + p[2]) * 0.5f, d = (p[3] - p[0] + 3 * (p[1] - p[2])) * (1.0f / 6);
    }
    for (int at = i; at < end; at += CK_LANES) {
      vector t = load(fractions + at), moved = a + t * (b + t * (c + t * d));
      store(to + at, start + step * ((float)(first + at) + lanes) + moved);
    }
  }
}

CK_INLINE void locate_points(const ck_warp *w, int count, bool has_depth, bool has_margin, ck_located *at) {
  int width = w->input[0], height = w->input[1], depth = w->input[2];
  float last_x = (float)(width - 1), last_y = (float)(height - 1), last_z = (float)(depth - 1);
  float least_x = (float)ck_maximum(width - 2, 0), least_y = (float)ck_maximum(height - 2, 0);
  float least_z = (float)ck_maximum(depth - 2, 0);
  int row = width + 2 * (width > 1), rows = height + 2 * (height > 1);
  for (int i = 0; i < count; i++) {
    float x = at->x[i], y = at->y[i], z = has_depth ? at->z[i] : 0;
    at->is_inside[i] = (x >= -0.5f) & (x < last_x + 0.5f) & (y >= -0.5f) & (y < last_y + 0.5f) & (z >= -0.5f) &
                       (z < last_z + 0.5f);
    x = ck_clamped(x, last_x), y = ck_clamped(y, last_y), z = ck_clamped(z, last_z);
    int floor_x = (int)(x < least_x ? x : least_x), floor_y = (int)(y < least_y ? y : least_y);
    int floor_z = (int)(z < least_z ? z : least_z);
    at->x[i] = x - (float)floor_x, at->y[i] = y - (float)floor_y, at->z[i] = z - (float)floor_z;
    at->corner[i] = (floor_z * height + floor_y) * width + floor_x;
    at->nearest[i] = ((int)(z + 0.5f) * height + (int)(y + 0.5f)) * width + (int)(x + 0.5f);
    if (has_margin) at->coefficient[i] = (floor_z * rows + floor_y) * row + floor_x;
  }
}

// The places of a stretch of a row.
CK_INLINE void place_stretch(const ck_warp *w, const float *lines, int j, int k, int first, int count, ck_located *at) {
  float *coordinates[3] = {at->x, at->y, at->z};
  long outputs = (long)w->output[0] * w->output[1] * w->output[2];
  for (int axis = 0; axis < 3; axis++) {
    if (w->points) {
      long start = ((long)k * w->output[1] + j) * w->output[0] + first;
      memcpy(coordinates[axis], w->points + axis * outputs + start, sizeof(float) * (size_t)count);
      continue;
    }
    float from = (float)(w->start[axis] + w->steps[1][axis] * j + w->steps[2][axis] * k);
    float step = (float)w->steps[0][axis];
    if (w->lattice[0])
      place_moved(w, lines + axis * CK_WARP_LINE(w), from, step, first, count, coordinates[axis]);
    else
      place_straight(from, step, first, count, coordinates[axis]);
  }
}

#endif
