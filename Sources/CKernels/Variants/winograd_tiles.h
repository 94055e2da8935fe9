// Winograd's convolutions F(4x4, 3x3) and F(2x2, 3x3) on channels-last tensors: the transforms of tiles.
// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016; points 0, 1, -1, (2, -2,)
// infinity. `m` is the tile's size, a constant wherever these are called; a transformed tile has (m + 2)^2 components.
#ifndef CK_WINOGRAD_TILES_H
#define CK_WINOGRAD_TILES_H

#include <stdbool.h>

#include "../Convolutions/winograd_grid.h"
#include "normalisation_rows.h"
#include "vectors.h"

enum { LARGEST_SIDE = 6 };

// MARK: One dimension

// B^T: m + 2 -> m + 2
CK_INLINE void transform_input_line(int m, const vector *d, vector *o) {
  if (m == 4) {
    vector a = fused_by(-4, d[2], d[4]), b = fused_by(-4, d[1], d[3]), c = d[4] - d[2], e = d[3] - d[1];
    o[0] = fused_by(4, d[0], fused_by(-5, d[2], d[4]));
    o[1] = a + b, o[2] = a - b;
    o[3] = fused_by(2, e, c), o[4] = fused_by(-2, e, c);
    o[5] = fused_by(4, d[1], fused_by(-5, d[3], d[5]));
  } else {
    o[0] = d[0] - d[2], o[1] = d[1] + d[2], o[2] = d[2] - d[1], o[3] = d[1] - d[3];
  }
}

// A^T: m + 2 -> m
CK_INLINE void transform_output_line(int m, const vector *p, vector *o) {
  if (m == 4) {
    vector a = p[1] + p[2], b = p[1] - p[2], c = p[3] + p[4], d = p[3] - p[4];
    o[0] = p[0] + a + c, o[1] = fused_by(2, d, b), o[2] = fused_by(4, c, a), o[3] = fused_by(8, d, b + p[5]);
  } else {
    o[0] = p[0] + p[1] + p[2], o[1] = p[1] - p[2] - p[3];
  }
}

// G: 3 -> m + 2
CK_INLINE void transform_weights_line(int m, const vector *g, vector *o) {
  vector sum = g[0] + g[2];
  if (m == 4) {
    vector s = sum * (-1.0f / 6), t = g[1] * (1.0f / 6);
    vector u = fused_by(1.0f / 24, g[0], g[2] * (1.0f / 6)), w = g[1] * (1.0f / 12);
    o[0] = g[0] * 0.25f, o[1] = s - t, o[2] = s + t, o[3] = u + w, o[4] = u - w, o[5] = g[2];
  } else {
    o[0] = g[0], o[1] = (sum + g[1]) * 0.5f, o[2] = (sum - g[1]) * 0.5f, o[3] = g[2];
  }
}

// A: m -> m + 2
CK_INLINE void transform_gradient_line(int m, const vector *y, vector *o) {
  if (m == 4) {
    vector a = y[0] + y[2], b = y[1] + y[3], c = fused_by(4, y[2], y[0]), d = fused_by(8, y[3], 2 * y[1]);
    o[0] = y[0], o[1] = a + b, o[2] = a - b, o[3] = c + d, o[4] = c - d, o[5] = y[3];
  } else {
    o[0] = y[0], o[1] = y[0] + y[1], o[2] = y[0] - y[1], o[3] = -y[1];
  }
}

// G^T: m + 2 -> 3
CK_INLINE void transform_weights_gradient_line(int m, const vector *u, vector *o) {
  vector a = u[1] + u[2], b = u[2] - u[1];
  if (m == 4) {
    vector c = u[3] + u[4], d = u[3] - u[4];
    o[0] = fused_by(0.25f, u[0], fused_by(1.0f / 24, c, a * (-1.0f / 6)));
    o[1] = fused_by(1.0f / 12, d, b * (1.0f / 6));
    o[2] = fused_by(1.0f / 6, c - a, u[5]);
  } else {
    o[0] = fused_by(0.5f, a, u[0]), o[1] = b * -0.5f, o[2] = fused_by(0.5f, a, u[3]);
  }
}

// MARK: Tiles

typedef struct {
  int plane, y, x;
} tile_place;

CK_INLINE tile_place place_of_tile(const ck_grid *g, int slice, long tile) {
  long line = tile / g->columns;
  int plane = (int)(line / g->rows) * g->depth + slice;
  return (tile_place){plane, (int)(line % g->rows) * g->tile, (int)(tile % g->columns) * g->tile};
}

CK_INLINE void advance(const ck_grid *g, tile_place *at) {
  if ((at->x += g->tile) < g->width) return;
  at->x = 0;
  if ((at->y += g->tile) < g->height) return;
  at->y = 0, at->plane += g->depth;
}

// Copies a square of `side` pixels whose corner may lie outside the plane into `to`, [side, side, padded channels], with
// zeros for what is outside and for the channels that pad. Unless NULL, `lines` normalise what is inside.
CK_INLINE void copy_square(
    const ck_grid *g, const float *plane, const float *lines, float slope, int channels, int padded, int y, int x,
    int side, float *restrict to) {
  for (int i = 0; i < side; i++)
    for (int j = 0; j < side; j++, to += padded) {
      bool is_inside = y + i >= 0 && y + i < g->height && x + j >= 0 && x + j < g->width;
      int count = is_inside ? channels : 0;
      if (count) memcpy(to, plane + ((long)(y + i) * g->width + x + j) * channels, sizeof(float) * (size_t)count);
      memset(to + count, 0, sizeof(float) * (size_t)(padded - count));
      if (count && lines) normalise(lines, slope, to, 1, padded, to);
    }
}

// Transforms squares of `read` pixels at distances of m, beginning `margin` pixels before the tile, into
// components[(m + 2)^2][tile][row], `component` floats apart.
CK_INLINE void transform_squares(
    int m, int read, int margin, bool normalises, float slope, void (*line)(int, const vector *, vector *),
    const ck_grid *g, const ck_operand *operand, int slice, long first, long last, float *components, long component,
    long row, float *border) {
  int side = m + 2, channels = operand->channels, padded = padded_channels(channels);
  tile_place at = place_of_tile(g, slice, first);
  for (long tile = first; tile < last; tile++, advance(g, &at)) {
    int y = at.y - margin, x = at.x - margin;
    const float *plane = operand->values + (long)at.plane * g->height * g->width * channels, *from;
    const float *lines = normalises ? operand->lines + at.plane / g->depth * operand->group : NULL;
    bool is_inside = y >= 0 && x >= 0 && y + read <= g->height && x + read <= g->width && channels == padded;
    long line_stride, pixel_stride;
    if (is_inside) {
      from = plane + ((long)y * g->width + x) * channels;
      line_stride = (long)g->width * channels, pixel_stride = channels;
    } else {
      copy_square(g, plane, lines, slope, channels, padded, y, x, read, border);
      from = border, line_stride = (long)read * padded, pixel_stride = padded;
    }
    float *to = components + (tile - first) * row + operand->offset;
    for (int channel = 0; channel < padded; channel += CK_LANES) {
      vector half[LARGEST_SIDE][LARGEST_SIDE];
#pragma clang loop unroll(full)
      for (int j = 0; j < read; j++) {
        vector in[LARGEST_SIDE], out[LARGEST_SIDE];
#pragma clang loop unroll(full)
        for (int i = 0; i < read; i++) {
          in[i] = load(from + i * line_stride + j * pixel_stride + channel);
          if (normalises && is_inside) in[i] = normalised(lines + channel, padded, slope, in[i]);
        }
        line(m, in, out);
#pragma clang loop unroll(full)
        for (int i = 0; i < side; i++) half[i][j] = out[i];
      }
#pragma clang loop unroll(full)
      for (int i = 0; i < side; i++) {
        vector out[LARGEST_SIDE];
        line(m, half[i], out);
#pragma clang loop unroll(full)
        for (int j = 0; j < side; j++) store(to + (i * side + j) * component + channel, out[j]);
      }
    }
  }
}

// The input's tiles.
static void transform_input(
    const ck_grid *g, const ck_operand *operand, int slice, long first, long last, float *components, long component, long row,
    float *border) {
  bool normalises = operand->lines != NULL;
  float slope = operand->slope;
  if (g->tile == 4 && normalises && slope == 0)
    transform_squares(
        4, 6, 1, true, 0, transform_input_line, g, operand, slice, first, last, components, component, row, border);
  else if (g->tile == 4 && normalises)
    transform_squares(
        4, 6, 1, true, slope, transform_input_line, g, operand, slice, first, last, components, component, row, border);
  else if (g->tile == 4)
    transform_squares(
        4, 6, 1, false, 0, transform_input_line, g, operand, slice, first, last, components, component, row, border);
  else
    transform_squares(
        2, 4, 1, normalises, slope, transform_input_line, g, operand, slice, first, last, components, component, row,
        border);
}

// The tiles of the output's gradient, for the gradient of the weights.
static void transform_gradient(
    const ck_grid *g, const ck_operand *operand, int slice, long first, long last, float *components, long component, long row,
    float *border) {
  if (g->tile == 4)
    transform_squares(
        4, 4, 0, false, 0, transform_gradient_line, g, operand, slice, first, last, components, component, row, border);
  else
    transform_squares(
        2, 2, 0, false, 0, transform_gradient_line, g, operand, slice, first, last, components, component, row, border);
}

// MARK: Output

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
    int m, bool measures, const ck_grid *g, const float *components, long component, long row, int slice, long first, long last,
    const ck_result *result) {
  int side = m + 2, channels = result->channels, count = result->count, pixels = 0;
  distances d = {0};
  tile_place at = place_of_tile(g, slice, first);
  for (long tile = first; tile < last; tile++, advance(g, &at)) {
    int rows = g->height - at.y < m ? g->height - at.y : m, columns = g->width - at.x < m ? g->width - at.x : m;
    const float *from = components + (tile - first) * row;
    float *to = result->values + (((long)at.plane * g->height + at.y) * g->width + at.x) * channels + result->first;
    pixels += rows * columns;
    for (int c = 0; c < count; c += CK_LANES) {
      vector half[4][LARGEST_SIDE];
#pragma clang loop unroll(full)
      for (int j = 0; j < side; j++) {
        vector in[LARGEST_SIDE], out[4];
#pragma clang loop unroll(full)
        for (int i = 0; i < side; i++) in[i] = load(from + (i * side + j) * component + c);
        transform_output_line(m, in, out);
#pragma clang loop unroll(full)
        for (int i = 0; i < m; i++) half[i][j] = out[i];
      }
      const ck_epilogue *e = &result->epilogue;
      vector scale = e->scale ? load_some(e->scale + c, count - c) : spread(1);
      vector shift = e->shift ? load_some(e->shift + c, count - c) : (vector){0};
      bool is_whole = rows == m && columns == m && count - c >= CK_LANES && !result->adds;
#pragma clang loop unroll(full)
      for (int i = 0; i < m; i++) {
        vector out[4];
        transform_output_line(m, half[i], out);
#pragma clang loop unroll(full)
        for (int j = 0; j < m; j++) {
          out[j] = fused(out[j], scale, shift);
          if (e->rectifies) out[j] = rectified(out[j], e->slope);
        }
        if (measures && tile == first && i == 0) d.pivot[c / CK_LANES] = out[0];
        if (measures && i < rows)
#pragma clang loop unroll(full)
          for (int j = 0; j < m; j++)
            if (j < columns) add_distance(&d, c / CK_LANES, out[j]);
        float *pixel = to + (long)i * g->width * channels + c;
        if (is_whole) {
#pragma clang loop unroll(full)
          for (int j = 0; j < m; j++) store(pixel + (long)j * channels, out[j]);
        } else if (i < rows) {
          int width = count - c < CK_LANES ? count - c : CK_LANES;
          for (int j = 0; j < columns; j++) store_some(pixel + (long)j * channels, out[j], width, result->adds);
        }
      }
    }
  }
  if (measures) store_moments(&d, pixels, result);
}

// Back from components[(m + 2)^2][tile][row] to pixels.
static void transform_output(
    const ck_grid *g, const float *components, long component, long row, int slice, long first, long last,
    const ck_result *result) {
  if (g->tile == 4 && result->means)
    transform_output_tiles(4, true, g, components, component, row, slice, first, last, result);
  else if (g->tile == 4)
    transform_output_tiles(4, false, g, components, component, row, slice, first, last, result);
  else
    transform_output_tiles(2, result->means != NULL, g, components, component, row, slice, first, last, result);
}

// MARK: Weights

// `channels` of the weights [3, 3, all channels, filters], whose taps are `tap` apart, and of their filters `width` from
// `first` on, to components[(m + 2)^2][channels][width]; zeros where there are no more filters.
CK_INLINE void transform_some_weights(
    int m, const float *weights, long tap, int channels, int filters, int first, int width, float *to,
    long component) {
  int side = m + 2;
  for (int channel = 0; channel < channels; channel++)
    for (int c = 0; c < width; c += CK_LANES) {
      const float *from = weights + (long)channel * filters + first + c;
      int count = filters - first - c;
      vector half[LARGEST_SIDE][3];
#pragma clang loop unroll(full)
      for (int j = 0; j < 3; j++) {
        vector in[3], out[LARGEST_SIDE];
#pragma clang loop unroll(full)
        for (int i = 0; i < 3; i++) in[i] = load_some(from + (i * 3 + j) * tap, count);
        transform_weights_line(m, in, out);
#pragma clang loop unroll(full)
        for (int i = 0; i < side; i++) half[i][j] = out[i];
      }
#pragma clang loop unroll(full)
      for (int i = 0; i < side; i++) {
        vector out[LARGEST_SIDE];
        transform_weights_line(m, half[i], out);
#pragma clang loop unroll(full)
        for (int j = 0; j < side; j++) store(to + (i * side + j) * component + (long)channel * width + c, out[j]);
      }
    }
}

static void transform_weights(
    int m, const float *weights, long tap, int channels, int filters, int first, int width, float *to,
    long component) {
  if (m == 4)
    transform_some_weights(4, weights, tap, channels, filters, first, width, to, component);
  else
    transform_some_weights(2, weights, tap, channels, filters, first, width, to, component);
}

// Back from components[(m + 2)^2][channel][row] to the gradient of the weights [3, 3, all channels, filters]: one
// channel.
CK_INLINE void transform_some_weights_gradient(
    int m, const float *components, long component, int filters, float *gradient, long tap) {
  int side = m + 2;
  for (int c = 0; c < filters; c += CK_LANES) {
    vector half[3][LARGEST_SIDE];
#pragma clang loop unroll(full)
    for (int j = 0; j < side; j++) {
      vector in[LARGEST_SIDE], out[3];
#pragma clang loop unroll(full)
      for (int i = 0; i < side; i++) in[i] = load(components + (i * side + j) * component + c);
      transform_weights_gradient_line(m, in, out);
#pragma clang loop unroll(full)
      for (int i = 0; i < 3; i++) half[i][j] = out[i];
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 3; i++) {
      vector out[3];
      transform_weights_gradient_line(m, half[i], out);
      int width = filters - c < CK_LANES ? filters - c : CK_LANES;
#pragma clang loop unroll(full)
      for (int j = 0; j < 3; j++) store_some(gradient + (i * 3 + j) * tap + c, out[j], width, false);
    }
  }
}

static void transform_weights_gradient(
    int m, const float *components, long component, int filters, float *gradient, long tap) {
  if (m == 4)
    transform_some_weights_gradient(4, components, component, filters, gradient, tap);
  else
    transform_some_weights_gradient(2, components, component, filters, gradient, tap);
}

#endif
