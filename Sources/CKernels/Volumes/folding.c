#include "include/ck_folding.h"

#include <math.h>

#include "targets.h"

enum { LANES = 4, POINTS = 64 };

// The Bézier points of a cell or a part of one, in cells: 4 along each axis along which they change.
typedef struct {
  int count[3], step[3];
  // How many times the derivatives with respect to this part's axes are those to the lattice's.
  double scale;
  double points[POINTS][LANES];
} part;

// By the axis of the derivative, then the component.
typedef double matrix[3][LANES];

// Between what each derivative lies.
typedef struct {
  matrix middle, radius;
} bounds;

CK_INLINE void bound_derivatives(const part *p, bounds *b) {
  for (int axis = 0; axis < 3; axis++) {
    int end[3] = {p->count[0], p->count[1], p->count[2]}, step = p->step[axis];
    if (end[axis] == 1) {
      for (int i = 0; i < LANES; i++) b->middle[axis][i] = b->radius[axis][i] = 0;
      continue;
    }
    end[axis]--;
    double low[LANES], high[LANES];
    for (int i = 0; i < LANES; i++) low[i] = INFINITY, high[i] = -INFINITY;
    for (int z = 0; z < end[2]; z++)
      for (int y = 0; y < end[1]; y++)
        for (int x = 0; x < end[0]; x++) {
          const double *point = p->points[z * p->step[2] + y * p->step[1] + x], *next = point + step * LANES;
          for (int i = 0; i < LANES; i++) {
            double difference = next[i] - point[i];
            low[i] = difference < low[i] ? difference : low[i];
            high[i] = difference > high[i] ? difference : high[i];
          }
        }
    for (int i = 0; i < LANES; i++) {
      b->middle[axis][i] = (low[i] + high[i]) * (1.5 * p->scale);
      b->radius[axis][i] = (high[i] - low[i]) * (1.5 * p->scale);
    }
  }
}

// The derivatives of the determinant with respect to each entry; of the determinant with every sign positive.
CK_INLINE void find_cofactors(const matrix m, double sign, matrix to) {
  for (int axis = 0; axis < 3; axis++) {
    const double *a = m[(axis + 1) % 3], *b = m[(axis + 2) % 3];
    for (int i = 0; i < 3; i++) {
      int j = (i + 1) % 3, k = (i + 2) % 3;
      to[axis][i] = a[j] * b[k] + sign * (a[k] * b[j]);
    }
  }
}

CK_INLINE double dot(const double *a, const double *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

CK_INLINE double determinant(const matrix m, double sign) {
  matrix cofactors;
  find_cofactors(m, sign, cofactors);
  return dot(m[0], cofactors[0]);
}

// The most that products of two and of three changes of the derivatives may come to.
CK_INLINE double higher_terms(const matrix middle, const matrix radius) {
  matrix size, most, cofactors;
  for (int axis = 0; axis < 3; axis++)
    for (int i = 0; i < 3; i++) {
      size[axis][i] = fabs(middle[axis][i]);
      most[axis][i] = size[axis][i] + radius[axis][i];
    }
  find_cofactors(size, 1, cofactors);
  double first = 0;
  for (int axis = 0; axis < 3; axis++) first += dot(cofactors[axis], radius[axis]);
  return determinant(most, 1) - dot(size[0], cofactors[0]) - first;
}

// The changes of the first order taken together, as a polynomial: the smallest of its Bézier points.
CK_INLINE double smallest_change(const part *p, const bounds *b, const matrix cofactors) {
  double sums[POINTS] = {0};
  int count = p->count[0] * p->count[1] * p->count[2];
  for (int axis = 0; axis < 3; axis++) {
    if (p->count[axis] == 1) continue;
    int step = p->step[axis];
    double middle = dot(cofactors[axis], b->middle[axis]);
    for (int first = 0; first < count; first++) {
      if (first / step % 4) continue;
      double changes[3];
      for (int i = 0; i < 3; i++) {
        const double *point = p->points[first + i * step], *next = point + step * LANES, *c = cofactors[axis];
        double along = c[0] * (next[0] - point[0]) + c[1] * (next[1] - point[1]) + c[2] * (next[2] - point[2]);
        changes[i] = along * (3 * p->scale) - middle;
      }
      // Raised from degree 2 to 3, so that all axes' polynomials have the same points.
      sums[first] += changes[0];
      sums[first + step] += (changes[0] + 2 * changes[1]) / 3;
      sums[first + 2 * step] += (2 * changes[1] + changes[2]) / 3;
      sums[first + 3 * step] += changes[2];
    }
  }
  double smallest = sums[0];
  for (int i = 1; i < count; i++) smallest = fmin(smallest, sums[i]);
  return smallest;
}

// The determinant at the corners, where it is exact.
CK_INLINE bool are_corners_upright(const part *p, double minimum) {
  for (int corner = 0; corner < 8; corner++) {
    int at = 0;
    bool is_one = true;
    for (int axis = 0; axis < 3; axis++) {
      bool is_far = corner >> axis & 1;
      is_one = is_one && !(is_far && p->count[axis] == 1);
      at += is_far ? 3 * p->step[axis] : 0;
    }
    if (!is_one) continue;
    matrix m = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    for (int axis = 0; axis < 3; axis++) {
      if (p->count[axis] == 1) continue;
      const double *point = p->points[at - (corner >> axis & 1 ? p->step[axis] : 0)];
      const double *next = point + p->step[axis] * LANES;
      for (int i = 0; i < 3; i++) m[axis][i] += (next[i] - point[i]) * (3 * p->scale);
    }
    if (determinant(m, -1) < minimum) return false;
  }
  return true;
}

// Leaves the lower half along an axis, and makes the upper (de Casteljau).
CK_INLINE void halve(part *low, int axis, part *high) {
  *high = *low;
  int step = low->step[axis], count = low->count[0] * low->count[1] * low->count[2];
  for (int first = 0; first < count; first++) {
    if (first / step % 4) continue;
    for (int i = 0; i < LANES; i++) {
      double a = low->points[first][i], b = low->points[first + step][i];
      double c = low->points[first + 2 * step][i], d = low->points[first + 3 * step][i];
      double ab = (a + b) / 2, bc = (b + c) / 2, cd = (c + d) / 2;
      double abc = (ab + bc) / 2, bcd = (bc + cd) / 2, middle = (abc + bcd) / 2;
      low->points[first + step][i] = ab, low->points[first + 2 * step][i] = abc;
      low->points[first + 3 * step][i] = high->points[first][i] = middle;
      high->points[first + step][i] = bcd, high->points[first + 2 * step][i] = cd;
    }
  }
}

CK_LOOP(bool, is_upright, (const part *p, double minimum, int halvings), (p, minimum, halvings)) {
  bounds b;
  bound_derivatives(p, &b);
  matrix middle, cofactors;
  for (int axis = 0; axis < 3; axis++)
    for (int i = 0; i < 3; i++) middle[axis][i] = b.middle[axis][i] + (i == axis);
  find_cofactors(middle, -1, cofactors);
  // What stays of the determinant at the middle; first with each derivative taking off it as if it were alone.
  double rest = dot(middle[0], cofactors[0]) - higher_terms(middle, b.radius), alone = 0;
  for (int axis = 0; axis < 3; axis++)
    for (int i = 0; i < 3; i++) alone += fabs(cofactors[axis][i]) * b.radius[axis][i];
  if (rest - alone >= minimum) return true;
  if (rest + smallest_change(p, &b, cofactors) >= minimum) return true;
  if (halvings == 0 || !are_corners_upright(p, minimum)) return false;
  part parts[8];
  parts[0] = *p;
  parts[0].scale *= 2;
  int count = 1;
  for (int axis = 0; axis < 3; axis++) {
    if (p->count[axis] == 1) continue;
    for (int i = 0; i < count; i++) halve(&parts[i], axis, &parts[count + i]);
    count *= 2;
  }
  for (int i = 0; i < count; i++)
    if (!is_upright(&parts[i], minimum, halvings - 1)) return false;
  return true;
}

bool ck_is_upright(const ck_bezier *bezier, const int cell[3], double factor, double minimum, int halvings) {
  part p = {.scale = 1};
  for (int axis = 0; axis < 3; axis++) p.count[axis] = bezier->size[axis] == 1 ? 1 : 4;
  p.step[0] = 1, p.step[1] = p.count[0], p.step[2] = p.count[0] * p.count[1];
  for (int z = 0; z < p.count[2]; z++)
    for (int y = 0; y < p.count[1]; y++) {
      long row = ((3L * cell[2] + z) * bezier->size[1] + 3L * cell[1] + y) * bezier->size[0] + 3L * cell[0];
      for (int x = 0; x < p.count[0]; x++)
        for (int i = 0; i < 3; i++)
          p.points[z * p.step[2] + y * p.step[1] + x][i] =
              bezier->points[(row + x) * LANES + i] * (factor / bezier->spacing[i]);
    }
  return is_upright(&p, minimum, halvings);
}
