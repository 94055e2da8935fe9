// A row of a warped image: first where its voxels look, then what lies there. Every value is made by the same operations
// in the same order on all processors, without fused multiply-adds.
#ifndef CK_WARP_ROWS_H
#define CK_WARP_ROWS_H

#include "../kernels.h"
#include "../positions.h"
#include "../votes.h"
#include "vectors.h"

#if CK_LANES == 16
#include <immintrin.h>
#endif

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

// The values at so many places and behind each.
CK_INLINE void load_pairs(const float *from, const int *at, vector *left, vector *right) {
#if CK_LANES == 16
  __m512 low = _mm512_castpd_ps(_mm512_i32gather_pd(_mm256_loadu_si256((const void *)at), from, 4));
  __m512 high = _mm512_castpd_ps(_mm512_i32gather_pd(_mm256_loadu_si256((const void *)(at + 8)), from, 4));
  __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  *left = (vector)_mm512_permutex2var_ps(low, even, high);
  *right = (vector)_mm512_permutex2var_ps(low, _mm512_add_epi32(even, _mm512_set1_epi32(1)), high);
#else
  for (int lane = 0; lane < CK_LANES; lane++) {
    (*left)[lane] = from[at[lane]];
    (*right)[lane] = from[at[lane] + 1];
  }
#endif
}

// Exactly a where t is 0, exactly b where it is 1.
CK_INLINE vector between(vector a, vector b, vector t) { return (1 - t) * a + t * b; }

// Linear, of one channel that is at least 2 wide. `count` places behind the last are valid as well.
CK_INLINE void sample_linear_grey(
    const ck_warp *w, const float *image, float outside, bool has_depth, int count, const ck_located *at, float *to) {
  long down = w->input[1] > 1 ? w->input[0] : 0;
  long below = w->input[2] > 1 ? (long)w->input[0] * w->input[1] : 0;
  for (int i = 0; i < count; i += CK_LANES) {
    vector x = load(at->x + i), y = load(at->y + i), left, right;
    load_pairs(image, at->corner + i, &left, &right);
    vector front = between(left, right, x);
    load_pairs(image + down, at->corner + i, &left, &right);
    front = between(front, between(left, right, x), y);
    if (has_depth) {
      load_pairs(image + below, at->corner + i, &left, &right);
      vector back = between(left, right, x);
      load_pairs(image + below + down, at->corner + i, &left, &right);
      back = between(back, between(left, right, x), y);
      front = between(front, back, load(at->z + i));
    }
    mask is_inside;
    memcpy(&is_inside, at->is_inside + i, sizeof is_inside);
    store_some(to + i, chosen(is_inside != 0, front, spread(outside)), count - i, 0);
  }
}

CK_INLINE void sample_linear_any(
    const ck_warp *w, const float *image, float outside, bool has_depth, int count, const ck_located *at, float *to) {
  int channels = w->channels;
  long right = w->input[0] > 1 ? channels : 0, down = w->input[1] > 1 ? (long)w->input[0] * channels : 0;
  long below = w->input[2] > 1 ? (long)w->input[0] * w->input[1] * channels : 0;
  for (int i = 0; i < count; i++, to += channels) {
    const float *p = image + (long)at->corner[i] * channels;
    float x = at->x[i], y = at->y[i], z = at->z[i], u = 1 - x, v = 1 - y;
    if (!at->is_inside[i]) {
      for (int c = 0; c < channels; c++) to[c] = outside;
      continue;
    }
    for (int c = 0; c < channels; c++, p++) {
      float front = v * (u * p[0] + x * p[right]) + y * (u * p[down] + x * p[down + right]);
      const float *q = p + below;
      to[c] = front;
      if (!has_depth) continue;
      float back = v * (u * q[0] + x * q[right]) + y * (u * q[down] + x * q[down + right]);
      to[c] = (1 - z) * front + z * back;
    }
  }
}

typedef float four __attribute__((vector_size(16), aligned(4)));

CK_INLINE void weigh(float t, int taps, float *weights) {
  if (taps == 4) return weigh_spline(t, weights);
  weights[0] = 1, weights[1] = 0, weights[2] = 0, weights[3] = 0;
}

// Cubic, with so many coefficients along each axis, 4 or 1. `image` holds coefficients, with margins.
CK_INLINE void sample_spline(
    const ck_warp *w, int taps_x, int taps_y, int taps_z, int channels, const float *image, float outside, int count,
    const ck_located *at, float *to) {
  long row = (long)(w->input[0] + 2 * (w->input[0] > 1)) * channels;
  long plane = row * (w->input[1] + 2 * (w->input[1] > 1));
  for (int i = 0; i < count; i++, to += channels) {
    if (!at->is_inside[i]) {
      for (int c = 0; c < channels; c++) to[c] = outside;
      continue;
    }
    float x[4], y[4], z[4];
    weigh(at->x[i], taps_x, x), weigh(at->y[i], taps_y, y), weigh(at->z[i], taps_z, z);
    for (int c = 0; c < channels; c++) {
      const float *from = image + (long)at->coefficient[i] * channels + c;
      four total = {0};
      for (int k = 0; k < taps_z; k++) {
        four sum = {0};
        for (int j = 0; j < taps_y; j++) {
          const float *line = from + k * plane + j * row;
          four v = {0};
          if (channels == 1 && taps_x == 4)
            v = *(const four *)line;
          else
            for (int tap = 0; tap < taps_x; tap++) v[tap] = line[tap * channels];
          sum += y[j] * v;
        }
        total += z[k] * sum;
      }
      to[c] = (x[0] * total[0] + x[1] * total[1]) + (x[2] * total[2] + x[3] * total[3]);
    }
  }
}

CK_INLINE void sample_cubic(
    const ck_warp *w, const float *image, float outside, bool has_depth, int count, const ck_located *at, float *to) {
  int taps_x = w->input[0] > 1 ? 4 : 1, taps_y = w->input[1] > 1 ? 4 : 1, taps_z = has_depth && w->input[2] > 1 ? 4 : 1;
  if (w->channels == 1 && taps_x == 4 && taps_y == 4 && taps_z == 4)
    sample_spline(w, 4, 4, 4, 1, image, outside, count, at, to);
  else if (w->channels == 1 && taps_x == 4 && taps_y == 4)
    sample_spline(w, 4, 4, 1, 1, image, outside, count, at, to);
  else
    sample_spline(w, taps_x, taps_y, taps_z, w->channels, image, outside, count, at, to);
}

CK_INLINE void pick_nearest(
    const uint8_t *labels, uint8_t outside, int count, const ck_located *at, uint8_t *to) {
  for (int i = 0; i < count; i++) to[i] = at->is_inside[i] ? labels[at->nearest[i]] : outside;
}

CK_INLINE uint32_t share_of(float fraction) { return (uint32_t)(fraction * CK_WHOLE_SHARE + 0.5f); }

CK_INLINE void elect_labels(
    const ck_warp *w, const uint8_t *labels, uint8_t outside, bool has_depth, int count, const ck_located *at,
    uint8_t *to) {
  long down = w->input[1] > 1 ? w->input[0] : 0;
  long below = has_depth && w->input[2] > 1 ? (long)w->input[0] * w->input[1] : 0;
  for (int i = 0; i < count; i++) {
    const uint8_t *p = labels + at->corner[i], *q = p + below;
    // Neighbours along x, two at a time.
    uint16_t pairs[4];
    memcpy(pairs, p, 2), memcpy(pairs + 1, p + down, 2), memcpy(pairs + 2, q, 2), memcpy(pairs + 3, q + down, 2);
    bool are_same = (pairs[0] == pairs[1]) & (pairs[2] == pairs[3]) & (pairs[0] == pairs[2]) & (p[0] == p[1]);
    to[i] = at->is_inside[i] ? p[0] : outside;
    if (are_same | !at->is_inside[i]) continue;
    uint8_t near[8];
    memcpy(near, pairs, sizeof near);
    float x = at->x[i], y = at->y[i], z = at->z[i];
    uint32_t shares[3] = {share_of(x), share_of(y), share_of(z)};
    to[i] = ck_elected(near, shares, (x >= 0.5f) | (y >= 0.5f) << 1 | (z >= 0.5f) << 2);
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

// What lies at the places; image and labels are those of the slice, where slices are kept.
CK_INLINE void sample_stretch(
    const ck_warp_job *job, const float *image, const uint8_t *labels, bool has_depth, int count,
    ck_located *at, float *to, uint8_t *to_labels) {
  const ck_warp *w = job->warp;
  if (w->is_cubic)
    locate_points(w, count, has_depth, true, at);
  else
    locate_points(w, count, has_depth, false, at);
  memset(at->corner + count, 0, sizeof(int) * CK_LANES);
  bool is_grey = w->channels == 1;
  if (to && w->is_cubic)
    sample_cubic(w, image, job->outside, has_depth, count, at, to);
  else if (to && is_grey && w->input[0] > 1)
    sample_linear_grey(w, image, job->outside, has_depth, count, at, to);
  else if (to)
    sample_linear_any(w, image, job->outside, has_depth, count, at, to);
  // Of a single column, nothing lies between the samples along x.
  if (to_labels && w->are_elected && w->input[0] > 1)
    elect_labels(w, labels, job->outside_label, has_depth, count, at, to_labels);
  else if (to_labels)
    pick_nearest(labels, job->outside_label, count, at, to_labels);
}

CK_INLINE void warp_stretch(const ck_warp_job *job, const float *lines, int j, int k, int first) {
  const ck_warp *w = job->warp;
  int count = ck_minimum(CK_WARP_STRETCH, w->output[0] - first), slice = w->keeps_slices ? k + w->first_slice : 0;
  long start = ((long)k * w->output[1] + j) * w->output[0] + first;
  float *to = job->to ? job->to + start * w->channels : NULL;
  uint8_t *to_labels = job->to_labels ? job->to_labels + start : NULL;
  if (slice < 0 || slice >= w->input[2]) {
    for (long i = 0; to && i < (long)count * w->channels; i++) to[i] = job->outside;
    if (to_labels) memset(to_labels, job->outside_label, (size_t)count);
    return;
  }
  ck_located at;
  place_stretch(w, lines, j, k, first, count, &at);
  if (!w->keeps_slices) return sample_stretch(job, job->image, job->labels, true, count, &at, to, to_labels);
  long plane = (long)w->input[0] * w->input[1], coefficients = plane;
  if (w->is_cubic)
    coefficients = (long)(w->input[0] + 2 * (w->input[0] > 1)) * (w->input[1] + 2 * (w->input[1] > 1));
  const float *image = job->image ? job->image + slice * coefficients * w->channels : NULL;
  const uint8_t *labels = job->labels ? job->labels + slice * plane : NULL;
  sample_stretch(job, image, labels, false, count, &at, to, to_labels);
}

static void warp_row(const ck_warp_job *job, const float *lines, int j, int k) {
  for (int first = 0; first < job->warp->output[0]; first += CK_WARP_STRETCH) warp_stretch(job, lines, j, k, first);
}

#endif
