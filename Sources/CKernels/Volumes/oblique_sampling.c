// Row by row of the target, some voxels at a time: first where they lie along each axis, then what lies there.
#include "include/ck_oblique_sampling.h"

#include <string.h>

#include "blocks.h"
#include "include/ck_threads.h"
#include "positions.h"
#include "votes.h"

enum { STRETCH = 64 };

// Along one axis of the source: the last sample at or before each position (the nearest one, where the width is 1), how
// far the position lies beyond it, and the nearest sample.
typedef struct {
  int lowest[STRETCH], nearest[STRETCH];
  float fraction[STRETCH];
} located;

typedef struct {
  const ck_oblique_sampling *o;
  const void *source, *outside;
  void *target;
  long size;
} sampling_pass;

CK_INLINE void locate_axis(
    int width, int size, double start, double step, int first, int count, located *at, int *is_inside) {
  for (int i = 0; i < count; i++) {
    double position = snapped_position(start + step * (first + i));
    bool inside = is_position_within(position, size);
    is_inside[i] &= inside;
    double rounded = floor(position + 0.5), folded = folded_position(position, size), below = floor(folded);
    int nearest = !inside || rounded < 0 ? 0 : rounded > size - 1 ? size - 1 : (int)rounded;
    at->nearest[i] = nearest;
    at->lowest[i] = width == 1 ? nearest : (int)below;
    at->fraction[i] = width == 1 ? 0 : (float)(folded - below);
  }
}

// The stretch of row (j, k) of the target that begins at `first`.
CK_INLINE void locate(
    const ck_oblique_sampling *o, const int widths[3], int j, int k, int first, int count, located at[3],
    int *is_inside) {
  for (int i = 0; i < count; i++) is_inside[i] = 1;
  for (int axis = 0; axis < 3; axis++) {
    double start = o->start[axis] + o->steps[1][axis] * j + o->steps[2][axis] * k;
    locate_axis(widths[axis], o->source[axis], start, o->steps[0][axis], first, count, &at[axis], is_inside);
  }
}

// Linear along all axes.
CK_INLINE void sample_linear(
    const sampling_pass *pass, const located at[3], const int *is_inside, int count, int channels, float *to) {
  const ck_oblique_sampling *o = pass->o;
  const float *source = pass->source, outside = *(const float *)pass->outside;
  long width = o->source[0], height = o->source[1], first[STRETCH], right[STRETCH], down[STRETCH], below[STRETCH];
  for (int i = 0; i < count; i++) {
    int x = at[0].lowest[i], y = at[1].lowest[i], z = at[2].lowest[i];
    first[i] = ((z * height + y) * width + x) * channels;
    right[i] = x < o->source[0] - 1 ? channels : 0;
    down[i] = y < o->source[1] - 1 ? width * channels : 0;
    below[i] = z < o->source[2] - 1 ? width * height * channels : 0;
  }
  for (int i = 0; i < count; i++) {
    float x = at[0].fraction[i], y = at[1].fraction[i], z = at[2].fraction[i], left = 1 - x, up = 1 - y, above = 1 - z;
    for (int c = 0; c < channels; c++) {
      const float *a = source + first[i] + c, *b = a + down[i], *d = a + below[i], *e = d + down[i];
      float upper = up * (left * a[0] + x * a[right[i]]) + y * (left * b[0] + x * b[right[i]]);
      float lower = up * (left * d[0] + x * d[right[i]]) + y * (left * e[0] + x * e[right[i]]);
      to[(long)i * channels + c] = is_inside[i] ? above * upper + z * lower : outside;
    }
  }
}

typedef struct {
  int index[4];
  float weight[4];
} taps;

CK_INLINE taps taps_at(int width, const located *at, int i, int count) {
  int lowest = at->lowest[i];
  float fraction = at->fraction[i];
  taps t = {.index = {lowest}, .weight = {1}};
  if (width == 2) {
    t.index[1] = ck_minimum(lowest + 1, count - 1);
    t.weight[0] = 1 - fraction, t.weight[1] = fraction;
  } else if (width == 4) {
    for (int tap = 0; tap < 4; tap++) t.index[tap] = mirrored_index(lowest - 1 + tap, count);
    weigh_spline(fraction, t.weight);
  }
  return t;
}

typedef float four __attribute__((vector_size(16), aligned(4)));

CK_INLINE float summed_along_x(int width, four v, const taps *x) {
  if (width == 1) return v[0];
  float low = x->weight[0] * v[0] + x->weight[1] * v[1];
  return width == 2 ? low : low + (x->weight[2] * v[2] + x->weight[3] * v[3]);
}

// Weighted sums along y, z and then x, in as many lanes as there are neighbours along x.
CK_INLINE float summed(
    const int widths[3], const float *source, const taps *x, const taps *y, const taps *z, long row, long plane,
    int channels) {
  four total = {0};
  for (int c = 0; c < widths[2]; c++) {
    four sum = {0};
    for (int b = 0; b < widths[1]; b++) {
      const float *from = source + z->index[c] * plane + y->index[b] * row;
      four v = {0};
      for (int tap = 0; tap < widths[0]; tap++) v[tap] = from[(long)x->index[tap] * channels];
      sum += y->weight[b] * v;
    }
    total += z->weight[c] * sum;
  }
  return summed_along_x(widths[0], total, x);
}

// The same of 4 x 4 x 4 coefficients that lie in a box beginning at `from`.
CK_INLINE float summed_box(const float *from, const taps *x, const taps *y, const taps *z, long row, long plane) {
  four total = {0};
#pragma clang loop unroll(full)
  for (int c = 0; c < 4; c++) {
    four sum = {0};
#pragma clang loop unroll(full)
    for (int b = 0; b < 4; b++) sum += y->weight[b] * *(const four *)(from + c * plane + b * row);
    total += z->weight[c] * sum;
  }
  return summed_along_x(4, total, x);
}

CK_INLINE bool is_box(const ck_oblique_sampling *o, const located at[3], int i) {
  bool is_within = true;
  for (int axis = 0; axis < 3; axis++)
    is_within &= at[axis].lowest[i] >= 1 && at[axis].lowest[i] + 2 < o->source[axis];
  return is_within;
}

CK_INLINE void sample_any(
    const int widths[3], const sampling_pass *pass, const located at[3], const int *is_inside, int count, float *to) {
  const ck_oblique_sampling *o = pass->o;
  int channels = o->channels;
  long row = (long)o->source[0] * channels, plane = row * o->source[1];
  bool is_cubic = widths[0] == 4 && widths[1] == 4 && widths[2] == 4;
  for (int i = 0; i < count; i++, to += channels) {
    if (!is_inside[i]) {
      for (int c = 0; c < channels; c++) to[c] = *(const float *)pass->outside;
      continue;
    }
    const float *source = pass->source;
    taps t[3];
    if (is_cubic && channels == 1 && is_box(o, at, i)) {
      for (int axis = 0; axis < 3; axis++) weigh_spline(at[axis].fraction[i], t[axis].weight);
      source += (at[2].lowest[i] - 1) * plane + (at[1].lowest[i] - 1) * row + at[0].lowest[i] - 1;
      *to = summed_box(source, &t[0], &t[1], &t[2], row, plane);
      continue;
    }
    for (int axis = 0; axis < 3; axis++) t[axis] = taps_at(widths[axis], &at[axis], i, o->source[axis]);
    for (int c = 0; c < channels; c++) to[c] = summed(widths, source + c, &t[0], &t[1], &t[2], row, plane, channels);
  }
}

CK_INLINE void sample_row(const int widths[3], const sampling_pass *pass, int j, int k) {
  const ck_oblique_sampling *o = pass->o;
  float *to = (float *)pass->target + ((long)k * o->target[1] + j) * o->target[0] * o->channels;
  bool is_linear = widths[0] == 2 && widths[1] == 2 && widths[2] == 2;
  located at[3];
  int is_inside[STRETCH];
  for (int first = 0; first < o->target[0]; first += STRETCH, to += STRETCH * o->channels) {
    int count = ck_minimum(STRETCH, o->target[0] - first);
    locate(o, widths, j, k, first, count, at, is_inside);
    if (is_linear && o->channels == 1)
      sample_linear(pass, at, is_inside, count, 1, to);
    else if (is_linear)
      sample_linear(pass, at, is_inside, count, o->channels, to);
    else
      sample_any(widths, pass, at, is_inside, count, to);
  }
}

CK_LOOP(void, sample_linear_row, (const sampling_pass *pass, int j, int k), (pass, j, k)) {
  sample_row((const int[]){2, 2, 2}, pass, j, k);
}
CK_LOOP(void, sample_cubic_row, (const sampling_pass *pass, int j, int k), (pass, j, k)) {
  sample_row((const int[]){4, 4, 4}, pass, j, k);
}
CK_LOOP(void, sample_mixed_row, (const sampling_pass *pass, int j, int k), (pass, j, k)) {
  sample_row(pass->o->widths, pass, j, k);
}

CK_INLINE void pick_elements(long size, const sampling_pass *pass, int j, int k) {
  const ck_oblique_sampling *o = pass->o;
  char *to = (char *)pass->target + ((long)k * o->target[1] + j) * o->target[0] * size;
  located at[3];
  int is_inside[STRETCH];
  for (int first = 0; first < o->target[0]; first += STRETCH) {
    int count = ck_minimum(STRETCH, o->target[0] - first);
    locate(o, (const int[]){1, 1, 1}, j, k, first, count, at, is_inside);
    for (int i = 0; i < count; i++, to += size) {
      long voxel = ((long)at[2].nearest[i] * o->source[1] + at[1].nearest[i]) * o->source[0] + at[0].nearest[i];
      memcpy(to, is_inside[i] ? (const char *)pass->source + voxel * size : pass->outside, (size_t)size);
    }
  }
}

CK_LOOP(void, pick_row, (const sampling_pass *pass, int j, int k), (pass, j, k)) {
  if (pass->size == 1)
    pick_elements(1, pass, j, k);
  else if (pass->size == 4)
    pick_elements(4, pass, j, k);
  else
    pick_elements(pass->size, pass, j, k);
}

CK_INLINE uint8_t vote(const ck_oblique_sampling *o, const uint8_t *source, const located at[3], int i) {
  int index[3][2], nearest = 0;
  uint32_t shares[3];
  for (int axis = 0; axis < 3; axis++) {
    int lowest = at[axis].lowest[i];
    index[axis][0] = lowest;
    index[axis][1] = ck_minimum(lowest + (o->widths[axis] == 2), o->source[axis] - 1);
    shares[axis] = (uint32_t)(at[axis].fraction[i] * CK_WHOLE_SHARE + 0.5f);
    nearest |= (at[axis].nearest[i] != lowest) << axis;
  }
  uint8_t labels[8];
  int difference = 0;
  for (int n = 0; n < 8; n++) {
    long row = (long)index[2][n >> 2] * o->source[1] + index[1][n >> 1 & 1];
    labels[n] = source[row * o->source[0] + index[0][n & 1]];
    difference |= labels[n] ^ labels[0];
  }
  return difference ? ck_elected(labels, shares, nearest) : labels[0];
}

CK_LOOP(void, vote_row, (const sampling_pass *pass, int j, int k), (pass, j, k)) {
  const ck_oblique_sampling *o = pass->o;
  uint8_t *to = (uint8_t *)pass->target + ((long)k * o->target[1] + j) * o->target[0];
  located at[3];
  int is_inside[STRETCH];
  for (int first = 0; first < o->target[0]; first += STRETCH) {
    int count = ck_minimum(STRETCH, o->target[0] - first);
    locate(o, o->widths, j, k, first, count, at, is_inside);
    for (int i = 0; i < count; i++)
      *to++ = is_inside[i] ? vote(o, pass->source, at, i) : *(const uint8_t *)pass->outside;
  }
}

typedef struct {
  const sampling_pass *pass;
  void (*make)(const sampling_pass *pass, int j, int k);
} rows;

static void make_row(void *context, int index, int worker) {
  (void)worker;
  const rows *r = context;
  int height = r->pass->o->target[1];
  r->make(r->pass, index % height, index / height);
}

static void make_rows(sampling_pass pass, void (*make)(const sampling_pass *pass, int j, int k)) {
  rows r = {&pass, make};
  ck_parallel_for(pass.o->target[1] * pass.o->target[2], pass.o->workers, make_row, &r);
}

void ck_sample_oblique(const ck_oblique_sampling *o, const float *source, float outside, float *target) {
  static const int linear[3] = {2, 2, 2}, cubic[3] = {4, 4, 4};
  sampling_pass pass = {.o = o, .source = source, .outside = &outside, .target = target, .size = (long)sizeof(float)};
  bool is_linear = memcmp(o->widths, linear, sizeof linear) == 0;
  bool is_cubic = memcmp(o->widths, cubic, sizeof cubic) == 0;
  make_rows(pass, is_linear ? sample_linear_row : is_cubic ? sample_cubic_row : sample_mixed_row);
}

void ck_pick_oblique(
    const ck_oblique_sampling *o, const void *source, long size, const void *outside, void *target) {
  make_rows(
      (sampling_pass){.o = o, .source = source, .outside = outside, .target = target, .size = size}, pick_row);
}

void ck_vote_oblique(const ck_oblique_sampling *o, const uint8_t *source, uint8_t outside, uint8_t *target) {
  make_rows(
      (sampling_pass){.o = o, .source = source, .outside = &outside, .target = target, .size = 1}, vote_row);
}

double ck_snapped(double position) { return snapped_position(position); }
bool ck_is_within(double position, int count) { return is_position_within(position, count); }
double ck_folded(double position, int count) { return folded_position(position, count); }
int ck_mirrored(int index, int count) { return mirrored_index(index, count); }
void ck_spline_weights(float fraction, float *weights) { weigh_spline(fraction, weights); }
