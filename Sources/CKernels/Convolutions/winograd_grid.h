// How planes are cut into the tiles of Winograd's convolution.
#ifndef CK_WINOGRAD_GRID_H
#define CK_WINOGRAD_GRID_H

#include "../include/ck_convolution.h"

// Images of depth x height x width pixels, of whose slices each is cut into rows x columns tiles of `tile` x `tile`
// outputs. Tiles of equal depth are numbered row by row, image by image.
typedef struct {
  int tile, depth, height, width, rows, columns;
} ck_grid;

// A tensor [images, depth, height, width, channels] whose channels stand from `offset` on in the transformed rows.
typedef struct {
  const float *values;
  int channels, offset;
  // Unless NULL, what the values go through on their way (ck_normalisation.h), `group` floats an image.
  const float *lines;
  long group;
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
