// Each plane gets the squared distance to its nearest voxel: along rows first, then along columns by the lower envelope of
// parabolas. A voxel's nearest plane follows from these, and the exact distance from that plane's rows.
#include <math.h>
#include <string.h>

#include "include/ck_nearest.h"
#include "masks.h"
#include "nearest.h"

// A column's parabolas: the row of each one's lowest point, and from where on it is the lowest.
typedef struct {
  int *apex;
  float *start, *height;
} envelope;

static size_t plane_count(const ck_mask_shape *s) { return (size_t)s->height * s->width; }

size_t ck_distance_scratch(const ck_mask_shape *s) {
  size_t columns = (size_t)s->height * (sizeof(int) + 2 * sizeof(float)) + sizeof(float);
  return (size_t)s->depth * plane_count(s) * sizeof(float) + columns;
}

static bool square_rows(const ck_mask_shape *s, const uint64_t *to, int k, float spacing, float *plane) {
  bool has_any = false;
  for (int j = 0; j < s->height; j++) {
    const uint64_t *row = to + mask_row(s, j, k);
    float *squares = plane + (size_t)j * s->width;
    int last = -1;
    for (int i = 0; i < s->width; i++) {
      if (mask_bit(row, i)) last = i, has_any = true;
      squares[i] = last < 0 ? INFINITY : (float)(i - last);
    }
    for (int i = s->width - 1, next = -1; i >= 0; i--) {
      if (mask_bit(row, i)) next = i;
      if (next >= 0 && (float)(next - i) < squares[i]) squares[i] = (float)(next - i);
      squares[i] = squares[i] * spacing * (squares[i] * spacing);
    }
  }
  return has_any;
}

// The row where a parabola begins to be lower than the one before it, in rows.
static float crossing(const envelope *e, int last, int row, float height, float square) {
  float rise = height - e->height[last];
  return 0.5f * ((float)(row + e->apex[last]) + rise / (square * (float)(row - e->apex[last])));
}

static void envelope_column(const ck_mask_shape *s, float *column, float spacing, envelope *e) {
  float square = spacing * spacing;
  int count = 0;
  for (int j = 0; j < s->height; j++) {
    float height = column[(size_t)j * s->width], start = -INFINITY;
    if (isinf(height)) continue;
    while (count > 0 && (start = crossing(e, count - 1, j, height, square)) <= e->start[count - 1]) count--;
    if (count == 0) start = -INFINITY;
    e->apex[count] = j, e->start[count] = start, e->height[count] = height;
    count++;
  }
  for (int j = 0, n = 0; j < s->height && count > 0; j++) {
    while (n + 1 < count && e->start[n + 1] < (float)j) n++;
    float rows = (float)(j - e->apex[n]) * spacing;
    column[(size_t)j * s->width] = rows * rows + e->height[n];
  }
}

static void transform(const ck_mask_shape *s, const uint64_t *to, const double spacing[3], float *squares, envelope *e) {
  for (int k = 0; k < s->depth; k++) {
    float *plane = squares + k * plane_count(s);
    if (!square_rows(s, to, k, (float)spacing[0], plane)) continue;
    for (int i = 0; i < s->width; i++) envelope_column(s, plane + i, (float)spacing[1], e);
  }
}

// The plane that holds the nearest voxel.
static int nearest_plane(const ck_mask_shape *s, const float *squares, float spacing, int i, int j, int k) {
  const float *voxel = squares + (size_t)j * s->width + i;
  float best = INFINITY;
  int found = k;
  for (int n = 0; n < s->depth; n++) {
    float across = (float)n * spacing;
    if (across * across >= best) break;
    for (int side = 0; side < (n > 0 ? 2 : 1); side++) {
      int plane = side ? k - n : k + n;
      if (plane < 0 || plane >= s->depth) continue;
      float square = across * across + voxel[plane * plane_count(s)];
      if (square < best) best = square, found = plane;
    }
  }
  return found;
}

// The square of the distance to the nearest voxel of a plane, exactly.
static double square_in_plane(
    const ck_mask_shape *s, const uint64_t *to, const double spacing[3], int plane, int i, int j, int k) {
  double across = (plane - k) * spacing[2], best = INFINITY;
  for (int n = 0; n < s->height; n++) {
    double rows = n * spacing[1], least = across * across + rows * rows;
    if (least >= best) break;
    for (int side = 0; side < (n > 0 ? 2 : 1); side++) {
      int row = side ? j - n : j + n;
      if (row < 0 || row >= s->height) continue;
      double along = spacing[0] * ck_row_distance(to + mask_row(s, row, plane), s, i);
      best = fmin(best, least + along * along);
    }
  }
  return best;
}

void ck_distant_voxels(
    const ck_mask_shape *s, const uint64_t *from, const uint64_t *to, const double spacing[3], void *scratch,
    double *squares) {
  float *planes = scratch;
  float *columns = planes + s->depth * plane_count(s);
  envelope e = {.start = columns, .height = columns + s->height + 1, .apex = (int *)(columns + 2 * s->height + 1)};
  transform(s, to, spacing, planes, &e);
  for (int k = 0; k < s->depth; k++)
    for (int j = 0; j < s->height; j++) {
      size_t row = mask_row(s, j, k);
      for (int w = 0; w < s->words; w++)
        for (uint64_t left = from[row + w]; left; left &= left - 1, squares++) {
          if (*squares >= 0) continue;
          int i = 64 * w + __builtin_ctzll(left);
          int plane = nearest_plane(s, planes, (float)spacing[2], i, j, k);
          *squares = square_in_plane(s, to, spacing, plane, i, j, k);
        }
    }
}
