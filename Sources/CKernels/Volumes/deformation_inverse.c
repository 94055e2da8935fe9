#include "include/ck_deformation_inverse.h"

#include <math.h>
#include <stdbool.h>

#include "include/ck_threads.h"
#include "targets.h"

enum { LANES = 4, ITERATIONS = 64 };
// Squares of voxels: from so near, one step more comes to where no other is needed.
#define NEAR 1e-8

// The control points that act at a point along an axis, and their weights.
typedef struct {
  int first, count;
  double weights[4], slopes[4];
} knots;

CK_INLINE knots find_knots(const ck_deformation *d, int axis, double coordinate) {
  knots k = {.count = 1, .weights = {1}};
  if (d->lattice[axis] == 1) return k;
  double cells = d->lattice[axis] - 3, per_voxel = d->voxel[axis] / d->cell[axis];
  double position = (coordinate - d->centre[axis]) * per_voxel + cells / 2;
  bool is_within = position >= 0 && position <= cells;
  position = position > 0 ? (position < cells ? position : cells) : 0;
  double cell = floor(position);
  cell = cell < cells - 1 ? cell : cells - 1;
  double t = position - cell, s = 1 - t, slope = is_within ? per_voxel : 0;
  return (knots){
      .first = (int)cell,
      .count = 4,
      .weights = {s * s * s / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6, t * t * t / 6},
      .slopes = {-s * s / 2 * slope, (3 * t * t - 4 * t) / 2 * slope, (4 * s - 3 * s * s) / 2 * slope, t * t / 2 * slope}};
}

// The displacement at a point, and its derivatives along each axis, in voxels.
CK_INLINE void evaluate(const ck_deformation *d, const double point[3], double value[LANES], double slopes[3][LANES]) {
  knots x = find_knots(d, 0, point[0]), y = find_knots(d, 1, point[1]), z = find_knots(d, 2, point[2]);
  for (int i = 0; i < LANES; i++) value[i] = slopes[0][i] = slopes[1][i] = slopes[2][i] = 0;
  for (int c = 0; c < z.count; c++)
    for (int b = 0; b < y.count; b++) {
      long row = ((long)(z.first + c) * d->lattice[1] + y.first + b) * d->lattice[0] + x.first;
      const double *from = d->displacements + row * LANES;
      double sum[LANES] = {0}, change[LANES] = {0};
      for (int a = 0; a < x.count; a++)
        for (int i = 0; i < LANES; i++) {
          sum[i] += x.weights[a] * from[a * LANES + i];
          change[i] += x.slopes[a] * from[a * LANES + i];
        }
      double yz = y.weights[b] * z.weights[c], y_slope = y.slopes[b] * z.weights[c], z_slope = y.weights[b] * z.slopes[c];
      for (int i = 0; i < LANES; i++) {
        value[i] += yz * sum[i];
        slopes[0][i] += yz * change[i];
        slopes[1][i] += y_slope * sum[i];
        slopes[2][i] += z_slope * sum[i];
      }
    }
  for (int i = 0; i < 3; i++) {
    value[i] /= d->voxel[i];
    for (int axis = 0; axis < 3; axis++) slopes[axis][i] /= d->voxel[i];
  }
}

CK_INLINE void cross(const double a[3], const double b[3], double to[3]) {
  to[0] = a[1] * b[2] - a[2] * b[1];
  to[1] = a[2] * b[0] - a[0] * b[2];
  to[2] = a[0] * b[1] - a[1] * b[0];
}

CK_INLINE double dot(const double a[3], const double b[3]) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

// The step by which the columns of a matrix come to `miss` (Cramer's rule); `miss` itself, where no step does.
CK_INLINE void divide(double columns[3][LANES], const double miss[3], double step[3]) {
  double yz[3], zx[3], xy[3];
  cross(columns[1], columns[2], yz);
  cross(columns[2], columns[0], zx);
  cross(columns[0], columns[1], xy);
  double determinant = dot(columns[0], yz);
  bool is_singular = determinant == 0;
  step[0] = is_singular ? miss[0] : dot(yz, miss) / determinant;
  step[1] = is_singular ? miss[1] : dot(zx, miss) / determinant;
  step[2] = is_singular ? miss[2] : dot(xy, miss) / determinant;
}

CK_INLINE void invert(const ck_deformation *d, const double target[3], double point[3]) {
  double share = 1, last = INFINITY;
  for (int iteration = 0; iteration < ITERATIONS; iteration++) {
    double displacement[LANES], columns[3][LANES], miss[3], step[3];
    evaluate(d, point, displacement, columns);
    for (int i = 0; i < 3; i++) miss[i] = point[i] + displacement[i] - target[i];
    double distance = dot(miss, miss);
    // Where a whole step did not help, shorter ones follow.
    share = distance < last ? (share < 0.5 ? 2 * share : 1) : share / 2;
    last = distance;
    for (int i = 0; i < 3; i++) columns[i][i] += 1;
    divide(columns, miss, step);
    for (int i = 0; i < 3; i++) point[i] -= step[i] * share;
    if (distance < NEAR) return;
  }
}

CK_SHARED_LOOP(
    void, ck_invert_deformation, (const ck_deformation *d, const double target[3], double point[3]),
    (d, target, point)) {
  invert(d, target, point);
}

typedef struct {
  const ck_deformation *deformation;
  const int *size;
  const double *start;
  const double (*steps)[3];
  float *points;
} inversion_pass;

// A row: each search begins where the two before it point to.
CK_LOOP(void, invert_row, (const inversion_pass *pass, int row), (pass, row)) {
  long width = pass->size[0], count = width * pass->size[1] * pass->size[2];
  int j = row % pass->size[1], k = row / pass->size[1];
  double moved[3] = {0}, change[3] = {0};
  for (int i = 0; i < width; i++) {
    double target[3], point[3];
    for (int axis = 0; axis < 3; axis++) {
      target[axis] = pass->start[axis] + pass->steps[0][axis] * i + pass->steps[1][axis] * j + pass->steps[2][axis] * k;
      point[axis] = target[axis] + moved[axis] + change[axis];
    }
    invert(pass->deformation, target, point);
    for (int axis = 0; axis < 3; axis++) {
      double now = point[axis] - target[axis];
      change[axis] = i == 0 ? 0 : now - moved[axis];
      moved[axis] = now;
      pass->points[axis * count + row * width + i] = (float)point[axis];
    }
  }
}

static void invert_rows(void *context, int row, int worker) {
  (void)worker;
  invert_row(context, row);
}

void ck_invert_deformation_on_grid(
    const ck_deformation *d, const int size[3], const double start[3], const double steps[3][3], int workers,
    float *points) {
  inversion_pass pass = {.deformation = d, .size = size, .start = start, .steps = steps, .points = points};
  ck_parallel_for(size[1] * size[2], workers, invert_rows, &pass);
}
