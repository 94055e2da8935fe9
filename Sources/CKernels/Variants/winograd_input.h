// Winograd's convolutions: tiles of the input, and of the output's gradient, to components.
#ifndef CK_WINOGRAD_INPUT_H
#define CK_WINOGRAD_INPUT_H

#include "winograd_lines.h"

enum { AHEAD = 2 };
// Copies a square of `side` pixels whose corner may lie outside the plane into `to`, [side, side, padded channels],
// with zeros for what is outside and for the channels that pad. Unless NULL, `coefficients` normalise what is inside.
CK_INLINE void copy_square(
    const ck_grid *g, const float *plane, const float *coefficients, float slope, int channels, int padded, int y,
    int x, int side, float *restrict to) {
  for (int i = 0; i < side; i++)
    for (int j = 0; j < side; j++, to += padded) {
      bool is_inside = y + i >= 0 && y + i < g->height && x + j >= 0 && x + j < g->width;
      const float *pixel = plane + ((long)(y + i) * g->width + x + j) * channels;
      for (int c = 0; c < padded; c += CK_LANES) {
        vector v = is_inside ? load_some(pixel + c, channels - c) : (vector){0};
        store(to + c, is_inside && coefficients ? normalised(coefficients + c, padded, slope, v) : v);
      }
    }
}

// Transforms squares of `read` pixels at distances of m, beginning `margin` pixels before the tile, into
// the components of m + 2 by m + 2.
CK_INLINE void transform_squares(
    int m, int read, int margin, bool normalises, float slope, void (*line)(int, const vector *, vector *),
    const ck_grid *g, const ck_operand *operand, ck_tile_range tiles, ck_components result, float *border) {
  int side = m + 2, channels = operand->channels, padded = padded_channels(channels);
  long component = result.component;
  tile_place at = place_of_tile(g, tiles.slice, tiles.first);
  for (long tile = tiles.first; tile < tiles.last; tile++, advance(g, &at)) {
    int y = at.y - margin, x = at.x - margin;
    const float *plane = operand->values + (long)at.plane * g->height * g->width * channels, *from;
    const float *coefficients = normalises ? operand->coefficients + at.plane / g->depth * operand->image_stride : NULL;
    bool is_inside = y >= 0 && x >= 0 && y + read <= g->height && x + read <= g->width && channels == padded;
    long line_stride, pixel_stride;
    if (is_inside) {
      from = plane + ((long)y * g->width + x) * channels;
      line_stride = (long)g->width * channels, pixel_stride = channels;
    } else {
      copy_square(g, plane, coefficients, slope, channels, padded, y, x, read, border);
      from = border, line_stride = (long)read * padded, pixel_stride = padded;
    }
    float *to = result.values + (tile - tiles.first) * result.row + operand->offset;
    for (int channel = 0; channel < padded; channel += CK_LANES) {
      vector half[LARGEST_SIDE][LARGEST_SIDE];
      const float *column = from + channel;
      if (is_inside) {
        const float *ahead = column + AHEAD * m * pixel_stride;
#pragma clang loop unroll(full)
        for (int j = 0; j < m; j++, ahead += pixel_stride) {
          CK_OPAQUE(ahead);
#pragma clang loop unroll(full)
          for (int i = 0; i < read; i++) __builtin_prefetch(ahead + i * line_stride, 0, 2);
        }
      }
#pragma clang loop unroll(full)
      for (int j = 0; j < read; j++, column += pixel_stride) {
        CK_OPAQUE(column);
        vector in[LARGEST_SIDE], out[LARGEST_SIDE];
#pragma clang loop unroll(full)
        for (int i = 0; i < read; i++) {
          in[i] = load(column + i * line_stride);
          if (normalises && is_inside) in[i] = normalised(coefficients + channel, padded, slope, in[i]);
        }
        line(m, in, out);
#pragma clang loop unroll(full)
        for (int i = 0; i < side; i++) half[i][j] = out[i];
      }
      float *next = to + channel;
#pragma clang loop unroll(full)
      for (int i = 0; i < side; i++, next += side * component) {
        CK_OPAQUE(next);
        vector out[LARGEST_SIDE];
        line(m, half[i], out);
#pragma clang loop unroll(full)
        for (int j = 0; j < side; j++) store(next + j * component, out[j]);
      }
    }
  }
}

// The input's tiles.
static void transform_input(
    const ck_grid *g, const ck_operand *operand, ck_tile_range tiles, ck_components to, float *border) {
  bool normalises = operand->coefficients != NULL;
  float slope = operand->slope;
  if (g->tile == 4 && normalises && slope == 0)
    transform_squares(4, 6, 1, true, 0, transform_input_line, g, operand, tiles, to, border);
  else if (g->tile == 4 && normalises)
    transform_squares(4, 6, 1, true, slope, transform_input_line, g, operand, tiles, to, border);
  else if (g->tile == 4)
    transform_squares(4, 6, 1, false, 0, transform_input_line, g, operand, tiles, to, border);
  else
    transform_squares(2, 4, 1, normalises, slope, transform_input_line, g, operand, tiles, to, border);
}

// The tiles of the output's gradient, for the gradient of the weights.
static void transform_gradient(
    const ck_grid *g, const ck_operand *operand, ck_tile_range tiles, ck_components to, float *border) {
  if (g->tile == 4)
    transform_squares(4, 4, 0, false, 0, transform_gradient_line, g, operand, tiles, to, border);
  else
    transform_squares(2, 2, 0, false, 0, transform_gradient_line, g, operand, tiles, to, border);
}

#endif
