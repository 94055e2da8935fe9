#include "blocks.h"

#include <cblas.h>
#include <string.h>

#include "include/ck_threads.h"

typedef struct {
  float *partials;
  int count;
  size_t size, stride;
} reduction;

enum { REDUCTION_PIECE = 16384, ROWS_PER_BLOCK = 256, COLUMNS_AT_A_TIME = 64 };

CK_TARGETS static void add(float *restrict a, const float *restrict b, size_t count) {
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
  reduction r = {partials, count, size, stride};
  int pieces = (int)((size + REDUCTION_PIECE - 1) / REDUCTION_PIECE);
  ck_parallel_for(pieces, pieces < 4 ? 1 : workers, reduce_piece, &r);
}

CK_TARGETS static void sum_some_columns(const float *matrix, long rows, int columns, int count, float *sums) {
  double total[COLUMNS_AT_A_TIME] = {0};
  for (long first = 0; first < rows; first += ROWS_PER_BLOCK) {
    float block[COLUMNS_AT_A_TIME] = {0};
    long last = first + ROWS_PER_BLOCK < rows ? first + ROWS_PER_BLOCK : rows;
    for (long row = first; row < last; row++)
      for (int i = 0; i < count; i++) block[i] += matrix[row * columns + i];
    for (int i = 0; i < count; i++) total[i] += block[i];
  }
  for (int i = 0; i < count; i++) sums[i] = (float)total[i];
}

void ck_sum_columns(const float *matrix, long rows, int columns, float *sums) {
  for (int first = 0; first < columns; first += COLUMNS_AT_A_TIME)
    sum_some_columns(
        matrix + first, rows, columns, ck_minimum(COLUMNS_AT_A_TIME, columns - first), sums + first);
}

void ck_keep_blas_single_threaded(void) {
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
}
