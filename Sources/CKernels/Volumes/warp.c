// Some rows of the output at a time: the control points that act on them are weighted along z once a slice, along y once
// a row, and along x at each voxel.
#include "include/ck_warp.h"

#include <string.h>

#include "blocks.h"
#include "include/ck_threads.h"
#include "kernels.h"
#include "positions.h"

enum { ROWS = 32 };

typedef struct {
  ck_warped warped;
  const ck_kernels *kernels;
  float *scratch;
  int pieces;
} work;

static size_t plane_floats(const ck_warp *w) { return (size_t)w->lattice[0] * w->lattice[1]; }
static size_t worker_floats(const ck_warp *w) { return 3 * (ck_padded(plane_floats(w)) + CK_WARP_LINE(w)); }

size_t ck_warp_scratch(const ck_warp *w) { return worker_floats(w) * w->workers; }

// The weighted sums of `count` neighbours, 4 or 1, that lie `stride` apart.
CK_INLINE void weigh_neighbours(const float *from, long stride, int count, float fraction, size_t length, float *to) {
  if (count == 1) {
    memcpy(to, from, sizeof(float) * length);
    return;
  }
  float weights[4];
  weigh_spline(fraction, weights);
  for (size_t i = 0; i < length; i++) {
    const float *p = from + i;
    to[i] = (weights[0] * p[0] + weights[1] * p[stride]) + (weights[2] * p[2 * stride] + weights[3] * p[3 * stride]);
  }
}

CK_LOOP(void, weigh_plane, (const ck_warp *w, int k, float *planes), (w, k, planes)) {
  size_t plane = plane_floats(w);
  for (int axis = 0; axis < 3; axis++) {
    const float *from = w->displacements + ((size_t)axis * w->lattice[2] + w->cells[2][k]) * plane;
    weigh_neighbours(from, plane, ck_minimum(w->lattice[2], 4), w->fractions[2][k], plane, planes + axis * ck_padded(plane));
  }
}

CK_LOOP(void, weigh_line, (const ck_warp *w, int j, const float *planes, float *lines), (w, j, planes, lines)) {
  for (int axis = 0; axis < 3; axis++) {
    const float *from = planes + axis * ck_padded(plane_floats(w)) + (size_t)w->cells[1][j] * w->lattice[0];
    weigh_neighbours(
        from, w->lattice[0], ck_minimum(w->lattice[1], 4), w->fractions[1][j], w->lattice[0],
        lines + axis * CK_WARP_LINE(w));
  }
}

static void make_rows(void *context, int index, int worker) {
  const work *all = context;
  const ck_warp *w = all->warped.warp;
  float *planes = all->scratch + worker * worker_floats(w), *lines = planes + 3 * ck_padded(plane_floats(w));
  int k = index / all->pieces, first = index % all->pieces * ROWS, last = ck_minimum(first + ROWS, w->output[1]);
  if (w->lattice[0]) weigh_plane(w, k, planes);
  for (int j = first; j < last; j++) {
    if (w->lattice[0]) weigh_line(w, j, planes, lines);
    all->kernels->warp_row(&all->warped, lines, j, k);
  }
}

void ck_warp_sample(
    const ck_warp *w, const float *image, float outside, float *to, const uint8_t *labels, uint8_t outside_label,
    uint8_t *to_labels, float *scratch) {
  work all = {{w, image, labels, outside, outside_label, to, to_labels}, ck_kernels_in_use(), scratch, 0};
  all.pieces = ck_ceiling_division(w->output[1], ROWS);
  ck_parallel_for(all.pieces * w->output[2], w->workers, make_rows, &all);
}
