// How the direct way cuts the positions of a pass into blocks. Each is gathered into rows of a worker's scratch and
// multiplied there.
#ifndef CK_DIRECT_BLOCKS_H
#define CK_DIRECT_BLOCKS_H

#include "panels.h"
#include "patches.h"

enum { BLOCK_FLOATS = 131072, SMALLEST_BLOCK = 64, LARGEST_BLOCK = 256 };

CK_INLINE int taps(const ck_convolution *c) { return c->kernel_depth * c->kernel_height * c->kernel_width; }
CK_INLINE int channels(const ck_convolution *c) { return c->channels_a + c->channels_b; }

// Positions with a row of `unfolded` floats each, in `blocks` of `block`; there may be none.
typedef struct {
  ck_patches patches;
  int unfolded, block, blocks;
} cut;

CK_INLINE cut cut_of(ck_patches patches, int values_a_tap) {
  int unfolded = ck_taps(&patches) * values_a_tap;
  int block = ck_maximum(SMALLEST_BLOCK, ck_minimum(LARGEST_BLOCK, BLOCK_FLOATS / ck_maximum(1, unfolded)));
  long positions = ck_positions(&patches);
  if (positions < block) block = ck_maximum(1, (int)positions);
  int blocks = (int)((positions + block - 1) / block);
  return (cut){.patches = patches, .unfolded = unfolded, .block = block, .blocks = blocks};
}

CK_INLINE int positions_of(const cut *u, int block) {
  long first = (long)block * u->block, positions = ck_positions(&u->patches);
  return positions - first < u->block ? (int)(positions - first) : u->block;
}

// Rows that are gathered, and room for a panel of products.
CK_INLINE size_t worker_scratch(const cut *u) { return ck_padded((size_t)u->block * (u->unfolded + CK_PANEL)); }
CK_INLINE float *spare(const cut *u, float *scratch) { return scratch + (size_t)u->block * u->unfolded; }

CK_INLINE bool is_same(const ck_patch_axis *a) {
  return a->taps == 1 && a->before == 0 && a->positions == a->pixels;
}
// Whether each position reads the pixel of its own index alone: rows need not be gathered.
CK_INLINE bool is_in_place(const cut *u) {
  return is_same(&u->patches.depth) && is_same(&u->patches.height) && is_same(&u->patches.width);
}

#endif
