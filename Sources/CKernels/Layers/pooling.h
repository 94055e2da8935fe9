// Where the rows of the windows begin.
#ifndef POOLING_H
#define POOLING_H

#include <stddef.h>

#include "include/ck_pooling.h"
#include "targets.h"

// Rows of the output.
CK_INLINE int output_rows(const ck_pooling *c) { return c->batch * c->depth * c->height; }

CK_INLINE size_t output_start(const ck_pooling *c, int row) { return (size_t)row * c->width * c->channels; }

// The input row behind row y of window plane z of an output row.
CK_INLINE size_t input_start(const ck_pooling *c, int output_row, int z, int y) {
  size_t h = output_row % c->height, nd = output_row / c->height;
  size_t row = (nd * c->window_depth + z) * c->height * c->window_height + h * c->window_height + y;
  return row * c->width * c->window_width * c->channels;
}

#endif
