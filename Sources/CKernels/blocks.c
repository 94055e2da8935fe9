#include "blocks.h"

#include "include/ck_threads.h"

typedef struct {
  float *partials;
  int count;
  size_t size, stride;
} reduction;

enum { REDUCTION_PIECE = 16384, ROWS_PER_BLOCK = 256, COLUMNS_AT_A_TIME = 64, SMALLEST_SHARED_SUM = 1 << 18 };

CK_LOOP(void, add, (float *restrict a, const float *restrict b, size_t count), (a, b, count)) {
  for (size_t i = 0; i < count; i++) a[i] += b[i];
}

static void reduce_piece(void *context, int index, int worker) {
  (void)worker;
  const reduction *r = context;
  size_t start = (size_t)index * REDUCTION_PIECE;
  size_t count = r->size - start < REDUCTION_PIECE ? r->size - start : REDUCTION_PIECE;
  for (int step = 1; step < r->count; step *= 2)
    for (int i = 0; i + step < r->count; i += 2 * step)
      add(r->partials + i * r->stride + start, r->partials + (i + step) * r->stride + start, count);
}

void ck_reduce_partial_sums(float *partials, int count, size_t size, size_t stride, int workers) {
  reduction r = {.partials = partials, .count = count, .size = size, .stride = stride};
  int pieces = (int)((size + REDUCTION_PIECE - 1) / REDUCTION_PIECE);
  ck_parallel_for(pieces, pieces < 4 ? 1 : workers, reduce_piece, &r);
}

typedef struct {
  const float *matrix;
  long rows;
  int columns, count;
  double totals[CK_PARTIAL_SUMS][COLUMNS_AT_A_TIME];
} column_sums;

CK_LOOP(
    void, sum_rows, (const float *restrict matrix, long rows, int columns, int count, double *restrict totals),
    (matrix, rows, columns, count, totals)) {
  for (int i = 0; i < count; i++) totals[i] = 0;
  for (long first = 0; first < rows; first += ROWS_PER_BLOCK) {
    float block[COLUMNS_AT_A_TIME] = {0};
    long last = first + ROWS_PER_BLOCK < rows ? first + ROWS_PER_BLOCK : rows;
    for (long row = first; row < last; row++)
      for (int i = 0; i < count; i++) block[i] += matrix[row * columns + i];
    for (int i = 0; i < count; i++) totals[i] += block[i];
  }
}

static void sum_part(void *context, int index, int worker) {
  (void)worker;
  column_sums *s = context;
  long first = s->rows * index / CK_PARTIAL_SUMS, last = s->rows * (index + 1) / CK_PARTIAL_SUMS;
  sum_rows(s->matrix + first * s->columns, last - first, s->columns, s->count, s->totals[index]);
}

static void sum_columns(const float *matrix, long rows, int columns, float *sums, int workers) {
  column_sums s = {.rows = rows, .columns = columns};
  for (int first = 0; first < columns; first += COLUMNS_AT_A_TIME) {
    s.matrix = matrix + first;
    s.count = ck_minimum(COLUMNS_AT_A_TIME, columns - first);
    ck_parallel_for(CK_PARTIAL_SUMS, rows * s.count < SMALLEST_SHARED_SUM ? 1 : workers, sum_part, &s);
    for (int i = 0; i < s.count; i++) {
      double total = 0;
      for (int part = 0; part < CK_PARTIAL_SUMS; part++) total += s.totals[part][i];
      sums[first + i] = (float)total;
    }
  }
}

// A narrow matrix is read as one of fewer and wider rows, whose columns are added afterwards.
void ck_sum_columns(const float *matrix, long rows, int columns, float *sums, int workers) {
  int folds = columns < COLUMNS_AT_A_TIME ? COLUMNS_AT_A_TIME / columns : 1;
  float folded[COLUMNS_AT_A_TIME], rest[COLUMNS_AT_A_TIME];
  if (folds == 1) return sum_columns(matrix, rows, columns, sums, workers);
  long whole = rows / folds;
  sum_columns(matrix, whole, folds * columns, folded, workers);
  sum_columns(matrix + whole * folds * columns, rows - whole * folds, columns, rest, 1);
  for (int i = 0; i < columns; i++) {
    double total = rest[i];
    for (int fold = 0; fold < folds; fold++) total += folded[fold * columns + i];
    sums[i] = (float)total;
  }
}
