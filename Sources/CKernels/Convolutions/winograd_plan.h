// What follows from a convolution's shape alone: how it is cut into tiles, blocks, panels and chunks.
#ifndef CK_WINOGRAD_PLAN_H
#define CK_WINOGRAD_PLAN_H

#include "blocks.h"
#include "kernels.h"
#include "winograd.h"

enum {
  PANEL = 32,               // filters that are computed together
  GAP = 16,                 // floats between components, since distances of powers of two share cache lines
  BLOCK_TILES = 14,         // tiles that fill the registers
  LARGEST_BLOCK = 56,
  BLOCK_FLOATS = 1 << 17,   // of a block's transformed tiles
  STAGED_FLOATS = 6 << 20,
  FEWEST_PAIRED_TILES = 64,
  MOST_PAIRED_WEIGHTS = 2 << 20,
  SMALLEST_CHUNK = 8,       // slices
  ENOUGH_ITEMS = 16
};

CK_INLINE int padded(int channels) { return ck_ceiling_division(channels, 16) * 16; }

CK_INLINE ck_grid grid_of(const ck_winograd *c) {
  return (ck_grid){
      .tile = c->tile,
      .depth = c->depth,
      .height = c->height,
      .width = c->width,
      .rows = ck_ceiling_division(c->height, c->tile),
      .columns = ck_ceiling_division(c->width, c->tile),
  };
}
CK_INLINE int components(const ck_winograd *c) { return (c->tile + 2) * (c->tile + 2); }
CK_INLINE int channels(const ck_winograd *c) { return c->channels_a + c->channels_b; }
CK_INLINE int filters(const ck_winograd *c) { return c->filters_a + c->filters_b; }
// The floats of a tile's transformed channels.
CK_INLINE int row_of(const ck_winograd *c) { return padded(c->channels_a) + padded(c->channels_b); }
CK_INLINE int panels(const ck_winograd *c) { return ck_ceiling_division(filters(c), PANEL); }
CK_INLINE int panel_width(const ck_winograd *c, int panel) { return filters(c) - panel * PANEL > 16 ? PANEL : 16; }
CK_INLINE ck_operand operand_of(ck_input input, int channels, int offset) {
  return (ck_operand){
      .values = input.values,
      .channels = channels,
      .offset = offset,
      .coefficients = input.coefficients,
      .image_stride = input.image_stride,
      .slope = input.slope,
  };
}
// The tiles of all images at one depth.
CK_INLINE int tiles(const ck_winograd *c) {
  return c->batch * ck_ceiling_division(c->height, c->tile) * ck_ceiling_division(c->width, c->tile);
}

// Whether F(2, 3) in depth, which multiplies four times for two slices of the output, saves a sixth or more of what the
// sum over the taps multiplies, those left out that lie outside.
CK_INLINE bool saves_in_depth(const ck_winograd *c) {
  int components = CK_DEPTH_COMPONENTS * ck_ceiling_division(c->depth, 2);
  return c->kernel_depth == 3 && 6 * components <= 5 * (3 * c->depth - 2);
}
// The tiles of an image at one depth.
CK_INLINE int image_tiles(const ck_winograd *c) { return tiles(c) / c->batch; }
// Whether slices of the output are computed in pairs. There must be tiles enough to pay for the weights, which every
// block reads. The batch has no say: an image has the same bits in any.
CK_INLINE bool is_paired(const ck_winograd *c) {
  long taps = 3L * components(c) * row_of(c) * panels(c) * PANEL;
  return saves_in_depth(c) && image_tiles(c) * c->depth >= FEWEST_PAIRED_TILES && taps <= MOST_PAIRED_WEIGHTS;
}

// The tiles at one depth, of all images, are cut into blocks that are computed together. Their size does not depend on
// the batch. It is a quarter of a cache of the second level; twice that for blocks that would be small, whose weights are
// read often.
CK_INLINE int block_tiles(const ck_winograd *c) {
  int tile = components(c) * (is_paired(c) ? CK_DEPTH_COMPONENTS : c->kernel_depth) * row_of(c);
  int most = BLOCK_FLOATS / tile;
  if (!is_paired(c)) most = ck_maximum(most, ck_minimum(2 * BLOCK_FLOATS / tile, 2 * BLOCK_TILES));
  return ck_maximum(BLOCK_TILES, ck_minimum(LARGEST_BLOCK, most / BLOCK_TILES * BLOCK_TILES));
}
CK_INLINE int blocks(const ck_winograd *c) { return ck_ceiling_division(tiles(c), block_tiles(c)); }
CK_INLINE int largest_block(const ck_winograd *c) { return ck_minimum(block_tiles(c), tiles(c)); }
CK_INLINE ck_tile_range block_at(const ck_winograd *c, int slice, int index) {
  int first = index * block_tiles(c);
  return (ck_tile_range){slice, first, ck_minimum(first + block_tiles(c), tiles(c))};
}

// Moments are measured of runs of tiles, which cross neither blocks nor images: an image has the same runs in any batch.
CK_INLINE int run_tiles(const ck_winograd *c) {
  int a = block_tiles(c), b = image_tiles(c);
  while (b) {
    int remainder = a % b;
    a = b, b = remainder;
  }
  return a;
}

// Transformed weights: [panel][component][tap, or component in depth][row][width], a gap behind each component.
CK_INLINE int weights_depth(const ck_winograd *c) { return is_paired(c) ? CK_DEPTH_COMPONENTS : c->kernel_depth; }
CK_INLINE long weights_component(const ck_winograd *c, int panel) {
  return (long)weights_depth(c) * row_of(c) * panel_width(c, panel) + GAP;
}
CK_INLINE long weights_panel_size(const ck_winograd *c) {
  return ((long)weights_depth(c) * row_of(c) * PANEL + GAP) * components(c);
}
CK_INLINE const float *weights_at(const ck_winograd *c, const float *weights, int panel, int tap, int component) {
  return weights + panel * weights_panel_size(c) + component * weights_component(c, panel) +
         (long)tap * row_of(c) * panel_width(c, panel);
}
// The weights of the product to come.
CK_INLINE const float *weights_behind(const ck_winograd *c, const float *weights, int panel, int tap, int component) {
  if (tap + 1 < weights_depth(c)) return weights_at(c, weights, panel, tap + 1, component);
  if (component + 1 < components(c)) return weights_at(c, weights, panel, 0, component + 1);
  return weights_at(c, weights, panel + 1 < panels(c) ? panel + 1 : 0, 0, 0);
}

#endif
