// Where rows stay rows, they are copied whole or turned round. Where another axis becomes the row, tiles of 16 x 16
// elements are transposed in registers, so that both sides are met by whole lines of the cache.
#include "rearrangement.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "include/ck_threads.h"
#include "targets.h"

enum { TILE = 16 };

typedef uint32_t words __attribute__((vector_size(16), aligned(4)));
typedef uint8_t bytes __attribute__((vector_size(16), aligned(1)));

// to[u][x] = from[x][u], of TILE each way.
CK_INLINE void transpose_words(const char *from, long from_stride, char *to, long to_stride) {
#pragma clang loop unroll(full)
  for (int block = 0; block < TILE * TILE / 16; block++) {
    int u = block / 4 * 4, x = block % 4 * 4;
    const char *read = from + x * from_stride + 4 * u;
    words r[4], t[4];
    for (int i = 0; i < 4; i++) r[i] = *(const words *)(read + i * from_stride);
    t[0] = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5);
    t[1] = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7);
    t[2] = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
    t[3] = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
    char *write = to + u * to_stride + 4 * x;
    *(words *)write = __builtin_shufflevector(t[0], t[2], 0, 1, 4, 5);
    *(words *)(write + to_stride) = __builtin_shufflevector(t[0], t[2], 2, 3, 6, 7);
    *(words *)(write + 2 * to_stride) = __builtin_shufflevector(t[1], t[3], 0, 1, 4, 5);
    *(words *)(write + 3 * to_stride) = __builtin_shufflevector(t[1], t[3], 2, 3, 6, 7);
  }
}

// Rows interleaved with those that are half the tile away, as often as doubling makes a tile of one.
CK_INLINE void transpose_bytes(const char *from, long from_stride, char *to, long to_stride) {
  bytes r[TILE], t[TILE];
  for (int i = 0; i < TILE; i++) r[i] = *(const bytes *)(from + i * from_stride);
#pragma clang loop unroll(full)
  for (int round = 0; round < 4; round++) {
    for (int i = 0; i < TILE / 2; i++) {
      bytes a = r[i], b = r[i + TILE / 2];
      t[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      t[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    memcpy(r, t, sizeof r);
  }
  for (int i = 0; i < TILE; i++) *(bytes *)(to + i * to_stride) = r[i];
}

CK_INLINE void copy_elements(
    long size, const char *from, long from_x, long from_u, char *to, long to_u, int columns, int rows) {
  for (int u = 0; u < rows; u++)
    for (int x = 0; x < columns; x++) memcpy(to + u * to_u + x * size, from + u * from_u + x * from_x, (size_t)size);
}

// The plane of axis 0 and of the axis `u` along which the elements of `from` lie beside each other.
CK_INLINE void copy_transposed(long size, const ck_rearrangement *r, int u, const char *from, char *to) {
  long from_x = r->from[0], from_u = r->from[u], to_u = r->to[u];
  int columns = r->counts[0], rows = r->counts[u];
  if (from_u < 0) {
    from += (rows - 1) * from_u, to += (rows - 1) * to_u;
    from_u = -from_u, to_u = -to_u;
  }
  for (int row = 0; row < rows; row += TILE)
    for (int column = 0; column < columns; column += TILE) {
      const char *read = from + column * from_x + row * from_u;
      char *write = to + row * to_u + column * size;
      bool is_whole = row + TILE <= rows && column + TILE <= columns;
      if (is_whole && size == 4)
        transpose_words(read, from_x, write, to_u);
      else if (is_whole && size == 1)
        transpose_bytes(read, from_x, write, to_u);
      else
        copy_elements(
            size, read, from_x, from_u, write, to_u, ck_minimum(TILE, columns - column), ck_minimum(TILE, rows - row));
    }
}

CK_INLINE void copy_row(long size, const char *restrict from, long step, int count, char *restrict to) {
  if (step == size)
    memcpy(to, from, (size_t)(count * size));
  else if (step == -size && size == 4)
    for (long i = 0; i < count; i++) ((uint32_t *)to)[i] = ((const uint32_t *)from)[-i];
  else if (step == -size && size == 1)
    for (long i = 0; i < count; i++) to[i] = from[-i];
  else
    copy_elements(size, from, step, 0, to, 0, count, 1);
}

CK_INLINE void copy_box(long size, const ck_rearrangement *r, const char *from, char *to) {
  int u = ck_compact_axis(r);
  if (u > 0) {
    int other = 3 - u;
    for (int i = 0; i < r->counts[other]; i++)
      copy_transposed(size, r, u, from + i * r->from[other], to + i * r->to[other]);
    return;
  }
  for (int k = 0; k < r->counts[2]; k++)
    for (int j = 0; j < r->counts[1]; j++)
      copy_row(
          size, from + k * r->from[2] + j * r->from[1], r->from[0], r->counts[0], to + k * r->to[2] + j * r->to[1]);
}

int ck_compact_axis(const ck_rearrangement *r) {
  for (int axis = 0; axis < 3; axis++)
    if (labs(r->from[axis]) == r->size && (axis == 0 || r->counts[axis] > 1)) return axis;
  return 0;
}

CK_LOOP(void, copy_words, (const ck_rearrangement *r, const char *from, char *to), (r, from, to)) {
  copy_box(4, r, from, to);
}
CK_LOOP(void, copy_bytes, (const ck_rearrangement *r, const char *from, char *to), (r, from, to)) {
  copy_box(1, r, from, to);
}

void ck_copy_box(const ck_rearrangement *r, const char *from, char *to) {
  switch (r->size) {
    case 1: return copy_bytes(r, from, to);
    case 4: return copy_words(r, from, to);
    case 8: return copy_box(8, r, from, to);
    case 12: return copy_box(12, r, from, to);
    default: return copy_box(r->size, r, from, to);
  }
}

// The bricks that a worker copies at a time: whole rows, and 4 lines of the cache along the axis that was the row.
typedef struct {
  const ck_rearrangement *r;
  const char *from;
  char *to;
  int rows, planes;
} rearrangement_pass;

static void copy_brick(void *context, int index, int worker) {
  (void)worker;
  const rearrangement_pass *pass = context;
  int across = ck_ceiling_division(pass->r->counts[1], pass->rows);
  int row = index % across * pass->rows, plane = index / across * pass->planes;
  ck_rearrangement brick = *pass->r;
  brick.counts[1] = ck_minimum(pass->rows, brick.counts[1] - row);
  brick.counts[2] = ck_minimum(pass->planes, brick.counts[2] - plane);
  ck_copy_box(
      &brick, pass->from + row * brick.from[1] + plane * brick.from[2],
      pass->to + row * brick.to[1] + plane * brick.to[2]);
}

void ck_rearrange(const ck_rearrangement *r, const void *from, void *to, int workers) {
  int u = ck_compact_axis(r), rows = 16, planes = 1;
  if (u == 1) rows = 64;
  if (u == 2) rows = 4, planes = 64;
  rearrangement_pass pass = {.r = r, .from = from, .to = to, .rows = rows, .planes = planes};
  int pieces = ck_ceiling_division(r->counts[1], rows) * ck_ceiling_division(r->counts[2], planes);
  ck_parallel_for(pieces, workers, copy_brick, &pass);
}
