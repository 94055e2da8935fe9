// How planes are cut into the tiles of Winograd's convolution.
#ifndef CK_WINOGRAD_GRID_H
#define CK_WINOGRAD_GRID_H

#include "include/ck_convolution.h"

// Images of depth x height x width pixels, of whose slices each is cut into rows x columns tiles of `tile` x `tile`
// outputs. Tiles of equal depth are numbered row by row, image by image.
typedef struct {
  int tile, depth, height, width, rows, columns;
} ck_grid;

// Tiles first..<last of slices of equal depth.
typedef struct {
  int slice;
  long first, last;
} ck_tile_range;

// Transformed tiles, [(tile + 2)^2 components][tile][channel]: the floats from a component and from a tile to the next.
typedef struct {
  float *values;
  long component, row;
} ck_components;

// Some channels of the weights [3, 3, all channels, filters], whose taps are `tap` floats apart, and of their filters
// `width` from `first_filter` on.
typedef struct {
  const float *values;
  long tap;
  int channels, filters, first_filter, width;
} ck_weights_panel;

// A tensor [images, depth, height, width, channels] whose channels stand from `offset` on in the transformed rows.
typedef struct {
  const float *values;
  int channels, offset;
  // Unless NULL, what the values go through on their way (ck_normalisation.h), `image_stride` floats an image.
  const float *coefficients;
  long image_stride;
  float slope;
} ck_operand;

// Channels first..<first + count of a tensor [images, depth, height, width, channels], to be written behind an epilogue
// (of the same channels) or added to.
typedef struct {
  float *values;
  int channels, first, count;
  ck_epilogue epilogue;
  int adds;
  int past_cache;  // written past the cache, where that is possible
  // Unless NULL, the means of these pixels, and `squares` behind them the sums of squared distances.
  float *means;
  long squares;
} ck_result;

#endif
