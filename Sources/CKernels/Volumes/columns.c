#include "columns.h"

#include "targets.h"

typedef float four __attribute__((vector_size(16), aligned(4)));

CK_INLINE void transpose(const four in[4], four out[4]) {
  four a = __builtin_shufflevector(in[0], in[1], 0, 4, 1, 5), b = __builtin_shufflevector(in[0], in[1], 2, 6, 3, 7);
  four c = __builtin_shufflevector(in[2], in[3], 0, 4, 1, 5), d = __builtin_shufflevector(in[2], in[3], 2, 6, 3, 7);
  out[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5), out[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  out[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5), out[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

// Four rows at a time, along all of them.
CK_SHARED_LOOP(
    void, ck_rows_to_columns, (const ck_rows *rows, long length, float *columns), (rows, length, columns)) {
  for (int row = 0; row < CK_COLUMNS; row += 4, columns += 4) {
    const float *from[4];
    for (int i = 0; i < 4; i++) from[i] = rows->rows[row + i < rows->count ? row + i : 0];
    long x = 0;
    for (; x + 4 <= length; x += 4) {
      four in[4], out[4];
      for (int i = 0; i < 4; i++) in[i] = *(const four *)(from[i] + x);
      transpose(in, out);
      for (int i = 0; i < 4; i++) *(four *)(columns + (x + i) * CK_COLUMNS) = out[i];
    }
    for (; x < length; x++)
      for (int i = 0; i < 4; i++) columns[x * CK_COLUMNS + i] = from[i][x];
  }
}

CK_SHARED_LOOP(
    void, ck_columns_to_rows, (const float *columns, long length, const ck_rows *rows), (columns, length, rows)) {
  int row = 0;
  for (; row + 4 <= rows->count; row += 4, columns += 4) {
    long x = 0;
    for (; x + 4 <= length; x += 4) {
      four in[4], out[4];
      for (int i = 0; i < 4; i++) in[i] = *(const four *)(columns + (x + i) * CK_COLUMNS);
      transpose(in, out);
      for (int i = 0; i < 4; i++) *(four *)(rows->rows[row + i] + x) = out[i];
    }
    for (; x < length; x++)
      for (int i = 0; i < 4; i++) rows->rows[row + i][x] = columns[x * CK_COLUMNS + i];
  }
  for (; row < rows->count; row++, columns++)
    for (long x = 0; x < length; x++) rows->rows[row][x] = columns[x * CK_COLUMNS];
}
