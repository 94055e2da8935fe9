// Lines along the axis are turned into columns, 32 at a time, so that sums along it go over many of them at once.
#include "include/ck_axis_filters.h"

#include <string.h>

#include "blocks.h"
#include "Volumes/columns.h"
#include "include/ck_threads.h"
#include "Volumes/positions.h"

enum { ROWS_TOGETHER = 4 };

typedef float column[CK_COLUMNS];

typedef struct filter_pass {
  const ck_axis *a;
  // To and from: [count][CK_COLUMNS], `stride` columns apart.
  void (*filter)(const struct filter_pass *pass, long stride, const column *from, column *to);
  const float *weights;
  const int *pairs;
  int reach;
  float *scratch;
} filter_pass;

static long column_floats(const ck_axis *a) { return a->count * CK_COLUMNS; }
static int has_rows(const ck_axis *a) { return a->inner < CK_COLUMNS; }

size_t ck_axis_scratch(const ck_axis *a) {
  long longest = has_rows(a) ? column_floats(a) * a->inner : column_floats(a);
  return (size_t)(2 * longest * a->workers);
}

CK_LOOP(
    void, blur, (const filter_pass *pass, long stride, const column *restrict from, column *restrict to),
    (pass, stride, from, to)) {
  const int count = (int)pass->a->count;
  for (int n = 0; n < count; n++) {
    column sums;
    for (int i = 0; i < CK_COLUMNS; i++) sums[i] = pass->weights[0] * from[n * stride][i];
    for (int tap = 1; tap <= pass->reach; tap++) {
      const float *before = from[mirrored_index(n - tap, count) * stride];
      const float *after = from[mirrored_index(n + tap, count) * stride], weight = pass->weights[tap];
      for (int i = 0; i < CK_COLUMNS; i++) sums[i] += weight * (before[i] + after[i]);
    }
    memcpy(to[n * stride], sums, sizeof(column));
  }
}

CK_LOOP(
    void, blend, (const filter_pass *pass, long stride, const column *restrict from, column *restrict to),
    (pass, stride, from, to)) {
#pragma clang loop vectorize(disable)
  for (long n = 0; n < pass->a->count; n++) {
    const float *a = from[pass->pairs[2 * n] * stride], *b = from[pass->pairs[2 * n + 1] * stride];
    const float share_of_a = pass->weights[2 * n], share_of_b = pass->weights[2 * n + 1];
    column sums;
    for (int i = 0; i < CK_COLUMNS; i++) sums[i] = share_of_a * a[i] + share_of_b * b[i];
    memcpy(to[n * stride], sums, sizeof(column));
  }
}

CK_INLINE void convolve_some(
    int some, long count, const float *kernel, long stride, const column *restrict from, column *restrict to) {
  column sums[ROWS_TOGETHER] = {0};
  for (long m = 0; m < count; m++)
#pragma clang loop unroll(full)
    for (int row = 0; row < some; row++)
      for (int i = 0; i < CK_COLUMNS; i++) sums[row][i] += kernel[row - m] * from[m * stride][i];
  for (int row = 0; row < some; row++) memcpy(to[row * stride], sums[row], sizeof(column));
}

CK_LOOP(
    void, convolve, (const filter_pass *pass, long stride, const column *restrict from, column *restrict to),
    (pass, stride, from, to)) {
  const long count = pass->a->count;
  long n = 0;
  for (; n + ROWS_TOGETHER <= count; n += ROWS_TOGETHER)
    convolve_some(ROWS_TOGETHER, count, pass->weights + count + n, stride, from, to + n * stride);
  for (; n < count; n++) convolve_some(1, count, pass->weights + count + n, stride, from, to + n * stride);
}

// Some columns of one slice.
static void filter_columns(void *context, int index, int worker) {
  const filter_pass *pass = context;
  const ck_axis *a = pass->a;
  int across = (int)((a->inner + CK_COLUMNS - 1) / CK_COLUMNS), first = index % across * CK_COLUMNS;
  float *values = a->values + index / across * a->count * a->inner + first;
  size_t width = sizeof(float) * ck_minimum(CK_COLUMNS, (int)(a->inner - first));
  column *from = (column *)(pass->scratch + 2 * worker * column_floats(a)), *to = from + a->count;
  for (long n = 0; n < a->count; n++) memcpy(from[n], values + n * a->inner, width);
  if (width < sizeof(column))
    for (long n = 0; n < a->count; n++) memset((char *)from[n] + width, 0, sizeof(column) - width);
  pass->filter(pass, 1, from, to);
  for (long n = 0; n < a->count; n++) memcpy(values + n * a->inner, to[n], width);
}

// Some rows, each value of which has `inner` floats.
static void filter_rows(void *context, int index, int worker) {
  const filter_pass *pass = context;
  const ck_axis *a = pass->a;
  long length = a->count * a->inner;
  ck_rows rows = {.count = ck_minimum(CK_COLUMNS, (int)(a->outer - (long)index * CK_COLUMNS))};
  for (int i = 0; i < rows.count; i++) rows.rows[i] = a->values + ((long)index * CK_COLUMNS + i) * length;
  float *columns = pass->scratch + 2 * worker * length * CK_COLUMNS, *to = columns + length * CK_COLUMNS;
  ck_rows_to_columns(&rows, length, columns);
  for (long i = 0; i < a->inner; i++) pass->filter(pass, a->inner, (const column *)columns + i, (column *)to + i);
  ck_columns_to_rows(to, length, &rows);
}

static void run(filter_pass pass) {
  const ck_axis *a = pass.a;
  if (has_rows(a))
    ck_parallel_for((int)((a->outer + CK_COLUMNS - 1) / CK_COLUMNS), a->workers, filter_rows, &pass);
  else
    ck_parallel_for((int)(a->outer * ((a->inner + CK_COLUMNS - 1) / CK_COLUMNS)), a->workers, filter_columns, &pass);
}

void ck_blur_axis(const ck_axis *a, const float *weights, int reach, float *scratch) {
  run((filter_pass){.a = a, .filter = blur, .weights = weights, .reach = reach, .scratch = scratch});
}

void ck_blend_axis(const ck_axis *a, const int *pairs, const float *weights, float *scratch) {
  run((filter_pass){.a = a, .filter = blend, .weights = weights, .pairs = pairs, .scratch = scratch});
}

void ck_convolve_axis(const ck_axis *a, const float *kernel, float *scratch) {
  run((filter_pass){.a = a, .filter = convolve, .weights = kernel, .scratch = scratch});
}
