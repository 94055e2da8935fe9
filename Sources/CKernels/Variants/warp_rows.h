// A row of a warped image: first where its voxels look, then what lies there. Every value is made by the same operations
// in the same order on all processors, without fused multiply-adds.
#ifndef CK_WARP_ROWS_H
#define CK_WARP_ROWS_H

#include "Volumes/votes.h"
#include "warp_places.h"
#include "warp_splines.h"

#if CK_LANES == 16
#include <immintrin.h>
#endif

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

// What lies at the places; image and labels are those of the slice, where slices are kept.
CK_INLINE void sample_stretch(
    const ck_warped *warped, const float *image, const uint8_t *labels, bool has_depth, int count,
    ck_located *at, float *to, uint8_t *to_labels) {
  const ck_warp *w = warped->warp;
  if (w->is_cubic)
    locate_points(w, count, has_depth, true, at);
  else
    locate_points(w, count, has_depth, false, at);
  memset(at->corner + count, 0, sizeof(int) * CK_LANES);
  bool is_grey = w->channels == 1;
  if (to && w->is_cubic)
    sample_cubic(w, image, warped->outside, has_depth, count, at, to);
  else if (to && is_grey && w->input[0] > 1)
    sample_linear_grey(w, image, warped->outside, has_depth, count, at, to);
  else if (to)
    sample_linear_any(w, image, warped->outside, has_depth, count, at, to);
  // Of a single column, nothing lies between the samples along x.
  if (to_labels && w->are_elected && w->input[0] > 1)
    elect_labels(w, labels, warped->outside_label, has_depth, count, at, to_labels);
  else if (to_labels)
    pick_nearest(labels, warped->outside_label, count, at, to_labels);
}

CK_INLINE void warp_stretch(const ck_warped *warped, const float *lines, int j, int k, int first) {
  const ck_warp *w = warped->warp;
  int count = ck_minimum(CK_WARP_STRETCH, w->output[0] - first), slice = w->keeps_slices ? k + w->first_slice : 0;
  long start = ((long)k * w->output[1] + j) * w->output[0] + first;
  float *to = warped->to ? warped->to + start * w->channels : NULL;
  uint8_t *to_labels = warped->to_labels ? warped->to_labels + start : NULL;
  if (slice < 0 || slice >= w->input[2]) {
    for (long i = 0; to && i < (long)count * w->channels; i++) to[i] = warped->outside;
    if (to_labels) memset(to_labels, warped->outside_label, (size_t)count);
    return;
  }
  ck_located at;
  place_stretch(w, lines, j, k, first, count, &at);
  if (!w->keeps_slices) return sample_stretch(warped, warped->image, warped->labels, true, count, &at, to, to_labels);
  long plane = (long)w->input[0] * w->input[1], coefficients = plane;
  if (w->is_cubic)
    coefficients = (long)(w->input[0] + 2 * (w->input[0] > 1)) * (w->input[1] + 2 * (w->input[1] > 1));
  const float *image = warped->image ? warped->image + slice * coefficients * w->channels : NULL;
  const uint8_t *labels = warped->labels ? warped->labels + slice * plane : NULL;
  sample_stretch(warped, image, labels, false, count, &at, to, to_labels);
}

static void warp_row(const ck_warped *warped, const float *lines, int j, int k) {
  for (int first = 0; first < warped->warp->output[0]; first += CK_WARP_STRETCH)
    warp_stretch(warped, lines, j, k, first);
}

#endif
