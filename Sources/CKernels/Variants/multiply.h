// Products of small matrices that stay in the cache: the innermost loop of every convolution.
#ifndef CK_MULTIPLY_H
#define CK_MULTIPLY_H

#include "../kernels.h"
#include "vectors.h"

typedef struct {
  const ck_product *product;
  const float *a, *b, *start;
  float *c;
  // What is fetched into the cache meanwhile, so many bytes for each step of the depth.
  const char *next;
  long next_step;
} tile_arguments;

// c[rows][vectors * CK_LANES] = start + a * b.
CK_INLINE void multiply_tile(int rows, int vectors, int fetches, const tile_arguments *t) {
  const ck_product *p = t->product;
  vector sums[CK_TILE_ROWS][CK_TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++)
      sums[i][j] = t->start ? load(t->start + i * p->start_stride + j * CK_LANES) : (vector){0};
  // Rows in threes, which the processor's addresses reach from one pointer.
  const float *threes[(CK_TILE_ROWS + 2) / 3], *b = t->b;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i += 3) threes[i / 3] = t->a + i * p->a_row;
  const char *next = t->next;
  const long a_row = p->a_row, a_depth = p->a_depth, b_stride = p->b_stride, next_step = t->next_step;
#pragma clang loop unroll(disable)
  for (long k = p->depth; k > 0; k--) {
    vector row[CK_TILE_VECTORS];
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) row[j] = load(b + j * CK_LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      vector factor = spread(threes[i / 3][i % 3 * a_row]);
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++) sums[i][j] = fused(factor, row[j], sums[i][j]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i += 3) threes[i / 3] += a_depth;
    b += b_stride;
    if (fetches) {
      __builtin_prefetch(next, 0, 2);
      next += next_step;
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) store(t->c + i * p->c_stride + j * CK_LANES, sums[i][j]);
}

typedef void (*tile_function)(const tile_arguments *);

#define CK_TILE(ROWS, VECTORS)                                          \
  static void tile_##ROWS##_##VECTORS(const tile_arguments *t) {        \
    multiply_tile(ROWS, VECTORS, 0, t);                                 \
  }                                                                     \
  static void fetching_tile_##ROWS##_##VECTORS(const tile_arguments *t) { \
    multiply_tile(ROWS, VECTORS, 1, t);                                 \
  }
#define CK_TILE_NAME(ROWS, VECTORS) tile_##ROWS##_##VECTORS,
#define CK_FETCHING_TILE_NAME(ROWS, VECTORS) fetching_tile_##ROWS##_##VECTORS,

#define CK_SIX_ROWS(F, V) F(1, V) F(2, V) F(3, V) F(4, V) F(5, V) F(6, V)
#if CK_TILE_ROWS == 14
#define CK_FOR_ROWS(F, V)                                                                                    \
  CK_SIX_ROWS(F, V) F(7, V) F(8, V) F(9, V) F(10, V) F(11, V) F(12, V) F(13, V) F(14, V)
#else
#define CK_FOR_ROWS(F, V) CK_SIX_ROWS(F, V)
#endif

// By whether they fetch, by whether they are 32 columns wide, by rows.
#if CK_LANES == 16
CK_FOR_ROWS(CK_TILE, 1)
CK_FOR_ROWS(CK_TILE, 2)
static const tile_function tile_functions[2][2][CK_TILE_ROWS] = {
    {{CK_FOR_ROWS(CK_TILE_NAME, 1)}, {CK_FOR_ROWS(CK_TILE_NAME, 2)}},
    {{CK_FOR_ROWS(CK_FETCHING_TILE_NAME, 1)}, {CK_FOR_ROWS(CK_FETCHING_TILE_NAME, 2)}}};
#elif CK_LANES == 8
CK_FOR_ROWS(CK_TILE, 2)
static const tile_function tile_functions[2][1][CK_TILE_ROWS] = {
    {{CK_FOR_ROWS(CK_TILE_NAME, 2)}}, {{CK_FOR_ROWS(CK_FETCHING_TILE_NAME, 2)}}};
#else
CK_FOR_ROWS(CK_TILE, 4)
static const tile_function tile_functions[2][1][CK_TILE_ROWS] = {
    {{CK_FOR_ROWS(CK_TILE_NAME, 4)}}, {{CK_FOR_ROWS(CK_FETCHING_TILE_NAME, 4)}}};
#endif

static void multiply(const ck_product *p) {
  int width = CK_LANES == 16 && p->columns == 32 ? 32 : 16;
  const tile_function *functions = tile_functions[p->next != NULL][width == 32];
  int panels = (p->rows + CK_TILE_ROWS - 1) / CK_TILE_ROWS, least = p->rows / panels, larger_ones = p->rows % panels;
  tile_arguments t = {
      .product = p, .next = (const char *)p->next, .next_step = p->columns * 4 / (panels * (p->columns / width))};
  for (int column = 0; column < p->columns; column += width)
    for (int panel = 0, row = 0; panel < panels; panel++) {
      int count = least + (panel < larger_ones);
      t.a = p->a + row * p->a_row, t.b = p->b + column, t.c = p->c + row * p->c_stride + column;
      t.start = p->start ? p->start + row * p->start_stride + column : NULL;
      functions[count - 1](&t);
      row += count;
      t.next += t.next_step * p->depth;
    }
}

#endif
