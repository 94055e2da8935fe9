// The blocks that the losses and weights of pixels are summed in: their sums are added up in order. What one of them
// writes for each block has room in what another one asks for.
#ifndef PIXEL_BLOCKS_H
#define PIXEL_BLOCKS_H

#include "targets.h"

enum { PIXEL_BLOCK = 4096 };

CK_INLINE int pixel_blocks(long pixels) { return (int)((pixels + PIXEL_BLOCK - 1) / PIXEL_BLOCK); }

// The first pixel of a block, and the one behind its last.
CK_INLINE long block_start(int index) { return (long)index * PIXEL_BLOCK; }
CK_INLINE long block_end(long pixels, int index) {
  long end = block_start(index) + PIXEL_BLOCK;
  return end < pixels ? end : pixels;
}

#endif
