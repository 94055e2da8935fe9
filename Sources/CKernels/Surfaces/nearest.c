#include "include/ck_nearest.h"

#include <math.h>

#include "masks.h"
#include "nearest.h"

// The distance, in voxels, from `place` to the nearest bit of a row; infinite where the row has none.
static double nearest_in_row(const uint64_t *row, int words, int width, double place) {
  double before = floor(place);
  int first = before < 0 ? -1 : before >= width ? width - 1 : (int)before;
  double best = INFINITY;
  // The last bit at or before the place.
  if (first >= 0) {
    int w = first >> 6;
    uint64_t bits = row[w] & (~0ull >> (63 - (first & 63)));
    while (!bits && w > 0) bits = row[--w];
    if (bits) best = place - (64 * w + 63 - __builtin_clzll(bits));
  }
  // The first bit after it.
  if (first + 1 < width) {
    int w = (first + 1) >> 6;
    uint64_t bits = row[w] & (~0ull << ((first + 1) & 63));
    while (!bits && w + 1 < words) bits = row[++w];
    if (bits) best = fmin(best, 64 * w + __builtin_ctzll(bits) - place);
  }
  return best;
}

double ck_row_distance(const uint64_t *row, const ck_mask_shape *s, int i) {
  if (mask_bit(row, i)) return 0;
  return nearest_in_row(row, s->words, s->width, i);
}

static double nearest_square(
    const ck_mask_shape *s, const uint64_t *to, const ck_row_search *search, int i, int j, int k) {
  double best = INFINITY;
  for (size_t n = 0; n < search->count && search->steps[n].square < best; n++) {
    const ck_row_step *step = &search->steps[n];
    int row = j + step->rows, plane = k + step->planes;
    if ((unsigned)row >= (unsigned)s->height || (unsigned)plane >= (unsigned)s->depth) continue;
    double along = search->spacing * nearest_in_row(to + mask_row(s, row, plane), s->words, s->width, i + step->shift);
    best = fmin(best, step->square + along * along);
  }
  return best <= search->reach ? best : CK_BEYOND_REACH;
}

size_t ck_nearest_voxels(
    const ck_mask_shape *s, const uint64_t *from, const uint64_t *to, const ck_row_search *search, double *squares) {
  size_t beyond = 0;
  for (int k = 0; k < s->depth; k++)
    for (int j = 0; j < s->height; j++) {
      size_t row = mask_row(s, j, k);
      for (int w = 0; w < s->words; w++)
        for (uint64_t left = from[row + w]; left; left &= left - 1) {
          int i = 64 * w + __builtin_ctzll(left);
          // A voxel of both masks needs no search.
          *squares = to[row + w] & left & (0 - left) ? 0 : nearest_square(s, to, search, i, j, k);
          beyond += *squares++ < 0;
        }
    }
  return beyond;
}
