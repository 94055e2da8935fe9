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
  ck_spline spline;
  float *values, *scratch;
  long outer, count, inner;
} job;

// A block of columns of one slice.
static void filter_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  long across = (j->inner + BLOCK - 1) / BLOCK, x = index % across * BLOCK;
  float *lines = j->values + index / across * j->count * j->inner + x;
  j->kernels->filter_lines(&j->spline, lines, j->count, j->inner, j->inner - x < BLOCK ? j->inner - x : BLOCK);
}

// Some rows, turned into columns and back.
static void filter_rows(void *context, int index, int worker) {
  const job *j = context;
  long length = j->count * j->inner;
  ck_rows rows = {.count = ck_minimum(CK_COLUMNS, (int)(j->outer - (long)index * CK_COLUMNS))};
  for (int i = 0; i < rows.count; i++) rows.rows[i] = j->values + ((long)index * CK_COLUMNS + i) * length;
  float *columns = j->scratch + worker * CK_COLUMNS * length;
  ck_rows_to_columns(&rows, length, columns);
  long inner = CK_COLUMNS * j->inner;
  j->kernels->filter_lines(&j->spline, columns, j->count, inner, inner);
  ck_columns_to_rows(columns, length, &rows);
}

static bool are_rows_narrow(long inner) { return inner < 16; }

size_t ck_spline_scratch(long count, long inner, int workers) {
  return are_rows_narrow(inner) ? (size_t)(CK_COLUMNS * count * inner * workers) : 0;
}

void ck_spline_filter(float *values, long outer, long count, long inner, int workers, float *scratch) {
  if (count < 2) return;
  job j = {ck_kernels_in_use(), ck_spline_ends(count), values, scratch, outer, count, inner};
  if (are_rows_narrow(inner))
    ck_parallel_for((int)((outer + CK_COLUMNS - 1) / CK_COLUMNS), workers, filter_rows, &j);
  else
    ck_parallel_for((int)(outer * ((inner + BLOCK - 1) / BLOCK)), workers, filter_block, &j);
}
