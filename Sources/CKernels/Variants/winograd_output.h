// Winograd's convolutions: components back to the pixels of the output, whose moments are measured on the way.
#ifndef CK_WINOGRAD_OUTPUT_H
#define CK_WINOGRAD_OUTPUT_H

#include "winograd_lines.h"

enum { MOST_FILTERS = 32, MOST_VECTORS = MOST_FILTERS / CK_LANES };

// Of some filters, sums of distances from a first value, which keeps them small.
typedef struct {
  vector pivot[MOST_VECTORS], sum[MOST_VECTORS], squares[MOST_VECTORS];
} distances;

CK_INLINE void add_distance(distances *d, int i, vector value) {
  vector distance = value - d->pivot[i];
  d->sum[i] += distance;
  d->squares[i] = fused(distance, distance, d->squares[i]);
}

CK_INLINE void store_moments(const distances *d, int pixels, const ck_result *result) {
  vector share = spread(1.0f / (float)pixels);
  for (int i = 0, c = 0; c < result->count; i++, c += CK_LANES) {
    vector mean = d->sum[i] * share, squares = rectified(d->squares[i] - d->sum[i] * mean, 0);
    int count = result->count - c < CK_LANES ? result->count - c : CK_LANES;
    store_some(result->means + c, d->pivot[i] + mean, count, 0);
    store_some(result->means + result->squares + c, squares, count, 0);
  }
}

CK_INLINE void transform_output_tiles(
    int m, bool measures, const ck_grid *g, ck_components components, ck_tile_range tiles, const ck_result *result) {
  int side = m + 2, channels = result->channels, count = result->count, pixels = 0;
  bool past_cache = result->past_cache && channels % CK_LANES == 0 && is_line(result->values + result->first);
  distances d = {0};
  long component = components.component;
  tile_place at = place_of_tile(g, tiles.slice, tiles.first);
  for (long tile = tiles.first; tile < tiles.last; tile++, advance(g, &at)) {
    int rows = g->height - at.y < m ? g->height - at.y : m, columns = g->width - at.x < m ? g->width - at.x : m;
    const float *from = components.values + (tile - tiles.first) * components.row;
    float *to = result->values + (((long)at.plane * g->height + at.y) * g->width + at.x) * channels + result->first;
    pixels += rows * columns;
    for (int c = 0; c < count; c += CK_LANES) {
      vector half[4][LARGEST_SIDE];
      const float *column = from + c;
#pragma clang loop unroll(full)
      for (int j = 0; j < side; j++, column += component) {
        CK_OPAQUE(column);
        vector in[LARGEST_SIDE], out[4];
#pragma clang loop unroll(full)
        for (int i = 0; i < side; i++) in[i] = load(column + i * side * component);
        transform_output_line(m, in, out);
#pragma clang loop unroll(full)
        for (int i = 0; i < m; i++) half[i][j] = out[i];
      }
      const ck_epilogue *e = &result->epilogue;
      vector scale = e->scale ? load_some(e->scale + c, count - c) : spread(1);
      vector shift = e->shift ? load_some(e->shift + c, count - c) : (vector){0};
      bool is_whole = rows == m && columns == m && count - c >= CK_LANES && !result->adds;
      float *pixel = to + c;
#pragma clang loop unroll(full)
      for (int i = 0; i < m; i++, pixel += (long)g->width * channels) {
        CK_OPAQUE(pixel);
        vector out[4];
        transform_output_line(m, half[i], out);
#pragma clang loop unroll(full)
        for (int j = 0; j < m; j++) {
          out[j] = fused(out[j], scale, shift);
          if (e->rectifies) out[j] = rectified(out[j], e->slope);
        }
        if (measures && tile == tiles.first && i == 0) d.pivot[c / CK_LANES] = out[0];
        if (measures && i < rows)
#pragma clang loop unroll(full)
          for (int j = 0; j < m; j++)
            if (j < columns) add_distance(&d, c / CK_LANES, out[j]);
        if (is_whole && past_cache) {
#pragma clang loop unroll(full)
          for (int j = 0; j < m; j++) store_past_cache(pixel + (long)j * channels, out[j]);
        } else if (is_whole) {
#pragma clang loop unroll(full)
          for (int j = 0; j < m; j++) store(pixel + (long)j * channels, out[j]);
        } else if (i < rows) {
          int width = count - c < CK_LANES ? count - c : CK_LANES;
          for (int j = 0; j < columns; j++) store_some(pixel + (long)j * channels, out[j], width, result->adds);
        }
      }
    }
  }
  if (past_cache) finish_past_cache();
  if (measures) store_moments(&d, pixels, result);
}

// Back from components to pixels.
static void transform_output(
    const ck_grid *g, ck_components from, ck_tile_range tiles, const ck_result *result) {
  if (g->tile == 4 && result->means)
    transform_output_tiles(4, true, g, from, tiles, result);
  else if (g->tile == 4)
    transform_output_tiles(4, false, g, from, tiles, result);
  else
    transform_output_tiles(2, result->means != NULL, g, from, tiles, result);
}

#endif
