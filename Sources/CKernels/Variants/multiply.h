// Products of small matrices that stay in the cache: the innermost loop of every convolution.
#ifndef CK_MULTIPLY_H
#define CK_MULTIPLY_H

#include "kernels.h"
#include "vectors.h"

typedef struct {
  const ck_product *product;
  const float *a, *b, *start;
  float *c;
  int past_cache;
  // What is fetched into the cache meanwhile, so many bytes for each step of the depth.
  const char *next;
  long next_step;
} tile_arguments;

enum { STEPS_AT_A_TIME = 4, MOST_POINTERS = 8, CACHE_LINE = 64 };

// `steps` rows of b behind each other, with the column of a that belongs to each. There are not pointers enough for all
// rows of a: each reaches two; of a transposed one, whose rows stand beside each other, each reaches a step. Half of
// the factors are multiplied from memory, which takes an instruction less but a load more: so neither of them holds up
// the multiply-adds.
CK_INLINE void multiply_steps(
    int steps, int rows, int vectors, int is_transposed, const float *const *pointers, long a_stride, const float *b,
    long b_stride, vector sums[CK_TILE_ROWS][CK_TILE_VECTORS]) {
#pragma clang loop unroll(full)
  for (int k = 0; k < steps; k++) {
    vector row[CK_TILE_VECTORS];
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) row[j] = load(b + k * b_stride + j * CK_LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      const float *factor = is_transposed ? pointers[k] + i : pointers[i / 2] + i % 2 * a_stride + k;
      vector spread_factor = spread(*factor);
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++)
        sums[i][j] = i % 2 ? fused(spread_factor, row[j], sums[i][j]) : fused_from(factor, row[j], sums[i][j]);
    }
  }
}

// c[rows][vectors * CK_LANES] = start + a * b.
CK_INLINE void multiply_tile(int rows, int vectors, int is_transposed, const tile_arguments *t) {
  const ck_product *p = t->product;
  vector sums[CK_TILE_ROWS][CK_TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++)
      sums[i][j] = t->start ? load(t->start + i * p->start_stride + j * CK_LANES) : (vector){0};
  // What will be stored is fetched while there is something else to do.
  if (!t->past_cache)
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++) __builtin_prefetch(t->c + i * p->c_stride + j * CK_LANES, 1, 3);
  const long a_stride = p->a_stride, b_stride = p->b_stride, next_step = t->next_step;
  const int count = is_transposed ? STEPS_AT_A_TIME : (rows + 1) / 2;
  const float *pointers[MOST_POINTERS], *b = t->b;
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) pointers[i] = t->a + (is_transposed ? i : 2 * i) * a_stride;
  const char *next = t->next;
  long left = p->depth;
#pragma clang loop unroll(disable)
  for (; left >= STEPS_AT_A_TIME; left -= STEPS_AT_A_TIME) {
    multiply_steps(STEPS_AT_A_TIME, rows, vectors, is_transposed, pointers, a_stride, b, b_stride, sums);
    b += STEPS_AT_A_TIME * b_stride;
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) {
      pointers[i] += is_transposed ? STEPS_AT_A_TIME * a_stride : STEPS_AT_A_TIME;
      CK_OPAQUE(pointers[i]);
    }
    __builtin_prefetch(next, 0, 2);
    __builtin_prefetch(next + CACHE_LINE, 0, 2);
    next += next_step;
  }
#pragma clang loop unroll(disable)
  for (; left > 0; left--) {
    multiply_steps(1, rows, vectors, is_transposed, pointers, a_stride, b, b_stride, sums);
    b += b_stride;
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++) {
      pointers[i] += is_transposed ? a_stride : 1;
      CK_OPAQUE(pointers[i]);
    }
  }
  if (t->past_cache)
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++) store_past_cache(t->c + i * p->c_stride + j * CK_LANES, sums[i][j]);
  else
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++) store(t->c + i * p->c_stride + j * CK_LANES, sums[i][j]);
}

typedef void (*tile_function)(const tile_arguments *);

#define CK_TILE(ROWS, VECTORS)                                                                                   \
  static void tile_##ROWS##_##VECTORS(const tile_arguments *t) { multiply_tile(ROWS, VECTORS, 0, t); }           \
  static void transposed_tile_##ROWS##_##VECTORS(const tile_arguments *t) { multiply_tile(ROWS, VECTORS, 1, t); }
#define CK_TILE_NAME(ROWS, VECTORS) tile_##ROWS##_##VECTORS,
#define CK_TRANSPOSED_TILE_NAME(ROWS, VECTORS) transposed_tile_##ROWS##_##VECTORS,

#define CK_SIX_ROWS(F, V) F(1, V) F(2, V) F(3, V) F(4, V) F(5, V) F(6, V)
#if CK_TILE_ROWS == 14
#define CK_FOR_ROWS(F, V)                                                                                    \
  CK_SIX_ROWS(F, V) F(7, V) F(8, V) F(9, V) F(10, V) F(11, V) F(12, V) F(13, V) F(14, V)
#else
#define CK_FOR_ROWS(F, V) CK_SIX_ROWS(F, V)
#endif

// By whether a is transposed, by whether they are 32 columns wide, by rows.
#if CK_LANES == 16
CK_FOR_ROWS(CK_TILE, 1)
CK_FOR_ROWS(CK_TILE, 2)
static const tile_function tile_functions[2][2][CK_TILE_ROWS] = {
    {{CK_FOR_ROWS(CK_TILE_NAME, 1)}, {CK_FOR_ROWS(CK_TILE_NAME, 2)}},
    {{CK_FOR_ROWS(CK_TRANSPOSED_TILE_NAME, 1)}, {CK_FOR_ROWS(CK_TRANSPOSED_TILE_NAME, 2)}}};
#elif CK_LANES == 8
CK_FOR_ROWS(CK_TILE, 2)
static const tile_function tile_functions[2][1][CK_TILE_ROWS] = {
    {{CK_FOR_ROWS(CK_TILE_NAME, 2)}}, {{CK_FOR_ROWS(CK_TRANSPOSED_TILE_NAME, 2)}}};
#else
CK_FOR_ROWS(CK_TILE, 4)
static const tile_function tile_functions[2][1][CK_TILE_ROWS] = {
    {{CK_FOR_ROWS(CK_TILE_NAME, 4)}}, {{CK_FOR_ROWS(CK_TRANSPOSED_TILE_NAME, 4)}}};
#endif

static void multiply(const ck_product *p) {
  int width = CK_LANES == 16 && p->columns == 32 ? 32 : 16;
  const tile_function *functions = tile_functions[p->a_is_transposed][width == 32];
  int panels = (p->rows + CK_TILE_ROWS - 1) / CK_TILE_ROWS, least = p->rows / panels, larger_ones = p->rows % panels;
  long row_distance = p->a_is_transposed ? 1 : p->a_stride, rounds = p->depth / STEPS_AT_A_TIME;
  tile_arguments t = {.product = p, .next = (const char *)(p->next ? p->next : p->b)};
  t.past_cache = p->past_cache && p->c_stride % CK_LANES == 0 && is_line(p->c);
  if (p->next) t.next_step = STEPS_AT_A_TIME * p->columns * 4 / (panels * (p->columns / width));
  for (int column = 0; column < p->columns; column += width)
    for (int panel = 0, row = 0; panel < panels; panel++) {
      int count = least + (panel < larger_ones);
      t.a = p->a + row * row_distance, t.b = p->b + column, t.c = p->c + row * p->c_stride + column;
      t.start = p->start ? p->start + row * p->start_stride + column : NULL;
      functions[count - 1](&t);
      row += count;
      t.next += t.next_step * rounds;
    }
  if (t.past_cache) finish_past_cache();
}

#endif
