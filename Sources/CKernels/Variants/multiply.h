// Products of small matrices that stay in the cache: the innermost loop of every convolution.
#ifndef CK_MULTIPLY_H
#define CK_MULTIPLY_H

#include "vectors.h"

typedef struct {
  long depth;
  const float *a;
  long a_row, a_depth;
  const float *b;
  long b_stride;
  float *c;
  long c_stride;
  int adds;
  // What is fetched into the cache meanwhile, so many bytes for each step of the depth.
  const char *next;
  long next_step;
} tile_arguments;

// c[rows][vectors * CK_LANES] (+)= a * b, each sum one chain over the depth in order, whatever the processor.
CK_INLINE void multiply_tile(int rows, int vectors, int fetches, const tile_arguments *t) {
  vector sums[CK_TILE_ROWS][CK_TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++)
      sums[i][j] = t->adds ? load(t->c + i * t->c_stride + j * CK_LANES) : (vector){0};
  // Rows in threes, which the processor's addresses reach from one pointer.
  const float *threes[(CK_TILE_ROWS + 2) / 3], *b = t->b;
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i += 3) threes[i / 3] = t->a + i * t->a_row;
  const char *next = t->next;
  const long a_row = t->a_row, a_depth = t->a_depth, b_stride = t->b_stride, next_step = t->next_step;
#pragma clang loop unroll(disable)
  for (long k = t->depth; k > 0; k--) {
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
    for (int j = 0; j < vectors; j++) store(t->c + i * t->c_stride + j * CK_LANES, sums[i][j]);
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

// c[rows][columns] (+)= a[rows][depth] * b[depth][columns]; `columns` is 16 or 32. `next`, unless NULL, is the b of the
// product to come, where it may lie far off.
static void multiply(
    int rows, long depth, const float *a, long a_row, long a_depth, const float *b, long b_stride, int columns,
    float *c, long c_stride, int adds, const float *next) {
  int width = CK_LANES == 16 && columns == 32 ? 32 : 16;
  const tile_function *functions = tile_functions[next != NULL][width == 32];
  int panels = (rows + CK_TILE_ROWS - 1) / CK_TILE_ROWS, least = rows / panels, larger_ones = rows % panels;
  tile_arguments t = {
      .depth = depth, .a_row = a_row, .a_depth = a_depth, .b_stride = b_stride, .c_stride = c_stride, .adds = adds,
      .next = (const char *)next, .next_step = columns * 4 / (panels * (columns / width))};
  for (int column = 0; column < columns; column += width)
    for (int panel = 0, row = 0; panel < panels; panel++) {
      int count = least + (panel < larger_ones);
      t.a = a + row * a_row, t.b = b + column, t.c = c + row * c_stride + column;
      functions[count - 1](&t);
      row += count;
      t.next += t.next_step * depth;
    }
}

#endif
