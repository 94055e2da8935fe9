// Rows of masks.
#ifndef MASKS_H
#define MASKS_H

#include "include/ck_masks.h"

static inline size_t mask_words(const ck_mask_shape *s) { return (size_t)s->depth * s->height * s->words; }

static inline size_t mask_row(const ck_mask_shape *s, int j, int k) { return ((size_t)k * s->height + j) * s->words; }

static inline bool mask_bit(const uint64_t *row, int i) { return row[i >> 6] >> (i & 63) & 1; }

#endif
