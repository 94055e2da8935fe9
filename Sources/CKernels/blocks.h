// How sums over many pixels are cut into blocks and put together again.
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stddef.h>

#include "targets.h"

enum { CK_PARTIAL_SUMS = 8, CK_LINE = 16 };

CK_INLINE size_t ck_padded(size_t floats) { return (floats + CK_LINE - 1) / CK_LINE * CK_LINE; }
CK_INLINE int ck_minimum(int a, int b) { return a < b ? a : b; }
CK_INLINE int ck_maximum(int a, int b) { return a > b ? a : b; }
CK_INLINE int ck_ceiling_division(int a, int b) { return (a + b - 1) / b; }

// The floats from one line of a matrix to the next: at distances of powers of two, the lines that a product reads
// together would share a few lines of the cache.
CK_INLINE int ck_spread_line(int floats) { return floats % 256 == 0 ? floats + CK_LINE : floats; }

// Whether a tensor of so many floats is written past the cache: it would not stay there until it is read.
CK_INLINE int ck_is_past_cache(long floats) { return floats >= 1 << 20; }

// partials[0] += partials[1] + ... + partials[count - 1], in a tree; each of `size` floats, `stride` apart.
void ck_reduce_partial_sums(float *partials, int count, size_t size, size_t stride, int workers);

// Sums the columns of a row-major rows x columns matrix into `sums`, in blocks of rows.
void ck_sum_columns(const float *matrix, long rows, int columns, float *sums, int workers);

#endif
