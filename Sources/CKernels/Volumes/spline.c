#include "spline.h"

#include "blocks.h"
#include "columns.h"
#include "include/ck_resampling.h"
#include "include/ck_threads.h"

ck_spline ck_spline_ends(long count) {
  double pole = CK_SPLINE_POLE, powers[2 * CK_SPLINE_STARTS] = {1};
  for (int i = 1; i < 2 * CK_SPLINE_STARTS; i++) powers[i] = powers[i - 1] * pole;
  long period = 2 * count - 2;
  ck_spline s = {.starts = count < CK_SPLINE_STARTS ? (int)count : CK_SPLINE_STARTS};
  // Farther round the mirrors than this, a sample counts for nothing.
  double once_round = period < 2 * CK_SPLINE_STARTS ? powers[period] : 0;
  for (int i = 0; i < s.starts; i++) {
    long back = i == 0 || i == count - 1 ? 2 * CK_SPLINE_STARTS : period - i;
    s.start[i] = (float)((powers[i] + (back < 2 * CK_SPLINE_STARTS ? powers[back] : 0)) / (1 - once_round));
  }
  s.end = (float)(pole / (pole * pole - 1));
  return s;
}

enum { BLOCK = 64 };

typedef struct {
  const ck_kernels *kernels;
  const ck_spline_axis *axis;
  ck_spline spline;
  float *values, *scratch;
} spline_pass;

// A block of columns.
static void filter_block(void *context, int index, int worker) {
  (void)worker;
  const spline_pass *pass = context;
  const ck_spline_axis *a = pass->axis;
  long across = (a->inner + BLOCK - 1) / BLOCK, x = index % across * BLOCK;
  float *lines = pass->values + index / across * a->outer_stride + x;
  pass->kernels->filter_lines(&pass->spline, lines, a->count, a->stride, a->inner - x < BLOCK ? a->inner - x : BLOCK);
}

// Some rows, turned into columns and back.
static void filter_rows(void *context, int index, int worker) {
  const spline_pass *pass = context;
  const ck_spline_axis *a = pass->axis;
  long length = a->count * a->inner, first = (long)index * CK_COLUMNS;
  ck_rows rows = {.count = ck_minimum(CK_COLUMNS, (int)(a->outer - first))};
  for (int i = 0; i < rows.count; i++) rows.rows[i] = pass->values + (first + i) * a->outer_stride;
  float *columns = pass->scratch + worker * CK_COLUMNS * length;
  ck_rows_to_columns(&rows, length, columns);
  long inner = CK_COLUMNS * a->inner;
  pass->kernels->filter_lines(&pass->spline, columns, a->count, inner, inner);
  ck_columns_to_rows(columns, length, &rows);
}

static bool are_narrow_rows(const ck_spline_axis *a) { return a->inner < 16 && a->stride == a->inner; }

size_t ck_spline_scratch(const ck_spline_axis *axis, int workers) {
  return are_narrow_rows(axis) ? (size_t)(CK_COLUMNS * axis->count * axis->inner * workers) : 0;
}

void ck_spline_filter(float *values, const ck_spline_axis *axis, int workers, float *scratch) {
  if (axis->count < 2) return;
  spline_pass pass = {.kernels = ck_kernels_in_use(), .axis = axis, .spline = ck_spline_ends(axis->count),
                      .values = values, .scratch = scratch};
  if (are_narrow_rows(axis))
    ck_parallel_for((int)((axis->outer + CK_COLUMNS - 1) / CK_COLUMNS), workers, filter_rows, &pass);
  else
    ck_parallel_for((int)(axis->outer * ((axis->inner + BLOCK - 1) / BLOCK)), workers, filter_block, &pass);
}
