// Forward, rows of maxima are made in scratch memory and blended to rows of the output. Backward, the output's gradient is
// blended to that of the maxima, and each pixel gathers it from the windows in which it was the maximum. Each number is
// written once, from terms in a fixed order.
#include "include/ck_antialiased_pooling.h"

#include "blocks.h"
#include "include/ck_threads.h"
#include "Volumes/positions.h"
#include "taps.h"

typedef struct {
  const ck_antialiased_pooling *c;
  const float *input, *output_gradient;
  uint8_t *winners;
  float *maxima, *output, *scratch;
  ck_gradient input_gradient;
} pooling_pass;

static int maxima_depth(const ck_antialiased_pooling *c) { return c->halves_depth ? c->depth - 1 : c->depth; }
static int maxima_height(const ck_antialiased_pooling *c) { return c->height - 1; }
static int maxima_width(const ck_antialiased_pooling *c) { return c->width - 1; }
static int output_depth(const ck_antialiased_pooling *c) { return c->halves_depth ? c->depth / 2 : c->depth; }
static size_t input_row(const ck_antialiased_pooling *c) { return (size_t)c->width * c->channels; }
static size_t maxima_row(const ck_antialiased_pooling *c) { return (size_t)maxima_width(c) * c->channels; }
static size_t output_row(const ck_antialiased_pooling *c) { return (size_t)(c->width / 2) * c->channels; }
static int maxima_rows(const ck_antialiased_pooling *c) { return c->batch * maxima_depth(c) * maxima_height(c); }

size_t ck_antialiased_pooling_maxima(const ck_antialiased_pooling *c) { return maxima_rows(c) * maxima_row(c); }

// All maxima, and a row for each worker.
size_t ck_antialiased_pooling_scratch(const ck_antialiased_pooling *c) {
  return ck_padded(ck_antialiased_pooling_maxima(c)) + ck_padded(maxima_row(c)) * c->workers;
}

static float *worker_row(const pooling_pass *pass, int worker) {
  return pass->scratch + worker * ck_padded(maxima_row(pass->c));
}

// MARK: The blur

// What output `output` takes of `count` maxima.
static taps forward_taps(int output, bool halves, int count) {
  if (!halves) return (taps){.count = 1, .index = {output}, .weight = {1}};
  int before = mirrored_index(2 * output - 1, count), behind = mirrored_index(2 * output + 1, count);
  return (taps){.count = 3, .index = {before, 2 * output, behind}, .weight = {0.25f, 0.5f, 0.25f}};
}

// The outputs, of which there are `outputs`, that take of a maximum.
static taps backward_taps(int maximum, bool halves, int count, int outputs) {
  if (!halves) return (taps){.count = 1, .index = {maximum}, .weight = {1}};
  taps t = {.count = 0};
  for (int output = ck_maximum(maximum / 2 - 1, 0); output <= ck_minimum(maximum / 2 + 1, outputs - 1); output++) {
    taps of = forward_taps(output, true, count);
    float weight = 0;
    for (int i = 0; i < of.count; i++) weight += of.index[i] == maximum ? of.weight[i] : 0;
    if (weight == 0) continue;
    t.index[t.count] = output;
    t.weight[t.count++] = weight;
  }
  return t;
}

// MARK: Forward

// The maxima of a row: of pairs beside each other in `count` rows of the input. Pixels of a window are numbered row by
// row.
CK_LOOP(
    void, find_maxima,
    (const float *const *rows, int count, int channels, size_t length, float *restrict maxima,
     uint8_t *restrict winners),
    (rows, count, channels, length, maxima, winners)) {
  const float *first = rows[0];
  for (size_t i = 0; i < length; i++) maxima[i] = first[i];
  for (size_t i = 0; winners && i < length; i++) winners[i] = 0;
  for (int place = 1; place < 2 * count; place++) {
    const float *restrict candidate = rows[place / 2] + place % 2 * channels;
    if (winners)
      for (size_t i = 0; i < length; i++) winners[i] = candidate[i] > maxima[i] ? (uint8_t)place : winners[i];
    for (size_t i = 0; i < length; i++) maxima[i] = candidate[i] > maxima[i] ? candidate[i] : maxima[i];
  }
}

static void maxima_of_row(void *context, int index, int worker) {
  (void)worker;
  const pooling_pass *pass = context;
  const ck_antialiased_pooling *c = pass->c;
  int y = index % maxima_height(c), z = index / maxima_height(c) % maxima_depth(c);
  int image = index / maxima_height(c) / maxima_depth(c);
  const float *corner = pass->input + ((size_t)(image * c->depth + z) * c->height + y) * input_row(c);
  size_t plane = c->height * input_row(c);
  const float *rows[4] = {corner, corner + input_row(c), corner + plane, corner + plane + input_row(c)};
  size_t start = index * maxima_row(c);
  find_maxima(
      rows, c->halves_depth ? 4 : 2, c->channels, maxima_row(c), pass->maxima + start,
      pass->winners ? pass->winners + start : NULL);
}

static void blur_row(void *context, int index, int worker) {
  const pooling_pass *pass = context;
  const ck_antialiased_pooling *c = pass->c;
  int height = c->height / 2, depth = output_depth(c);
  taps z = forward_taps(index / height % depth, c->halves_depth, maxima_depth(c));
  taps y = forward_taps(index % height, true, maxima_height(c));
  const float *image =
      pass->maxima + (size_t)(index / height / depth) * maxima_depth(c) * maxima_height(c) * maxima_row(c);
  float *blended = worker_row(pass, worker), *to = pass->output + index * output_row(c);
  ck_blend_rows(image, &z, &y, maxima_height(c), maxima_row(c), blended);
  for (int i = 0; i < c->width / 2; i++, to += c->channels) {
    taps x = forward_taps(i, true, maxima_width(c));
    ck_blend_pixels(blended, &x, c->channels, false, to);
  }
}

void ck_antialiased_pooling_forward(
    const ck_antialiased_pooling *c, const float *input, uint8_t *winners, float *output, float *scratch) {
  pooling_pass pass = {
      .c = c,
      .input = input,
      .winners = winners,
      .maxima = scratch,
      .output = output,
      .scratch = scratch + ck_padded(ck_antialiased_pooling_maxima(c)),
  };
  ck_parallel_for(maxima_rows(c), c->workers, maxima_of_row, &pass);
  ck_parallel_for(c->batch * output_depth(c) * (c->height / 2), c->workers, blur_row, &pass);
}

// MARK: Backward

static void gradient_of_maxima(void *context, int index, int worker) {
  const pooling_pass *pass = context;
  const ck_antialiased_pooling *c = pass->c;
  int outputs = c->height / 2, depth = output_depth(c);
  int y_index = index % maxima_height(c), z_index = index / maxima_height(c) % maxima_depth(c);
  int image = index / maxima_height(c) / maxima_depth(c);
  taps z = backward_taps(z_index, c->halves_depth, maxima_depth(c), depth);
  taps y = backward_taps(y_index, true, maxima_height(c), outputs);
  const float *from = pass->output_gradient + (size_t)image * depth * outputs * output_row(c);
  float *blended = worker_row(pass, worker), *to = pass->maxima + index * maxima_row(c);
  ck_blend_rows(from, &z, &y, outputs, output_row(c), blended);
  for (int i = 0; i < maxima_width(c); i++, to += c->channels) {
    taps x = backward_taps(i, true, maxima_width(c), c->width / 2);
    ck_blend_pixels(blended, &x, c->channels, false, to);
  }
}

// Adds the gradient of those maxima whose pixel has the number `place` in their window.
CK_LOOP(
    void, gather, (const float *restrict gradient, const uint8_t *restrict winners, int place, size_t count,
                   float *restrict to),
    (gradient, winners, place, count, to)) {
  for (size_t i = 0; i < count; i++) to[i] += winners[i] == place ? gradient[i] : 0;
}

static void gather_row(void *context, int index, int worker) {
  (void)worker;
  const pooling_pass *pass = context;
  const ck_antialiased_pooling *c = pass->c;
  int y = index % c->height, z = index / c->height % c->depth, image = index / c->height / c->depth;
  float *to = pass->input_gradient.values + index * input_row(c);
  for (size_t i = 0; !pass->input_gradient.adds && i < input_row(c); i++) to[i] = 0;
  for (int dz = 0; dz < (c->halves_depth ? 2 : 1); dz++)
    for (int dy = 0; dy < 2; dy++) {
      if (z - dz < 0 || z - dz >= maxima_depth(c) || y - dy < 0 || y - dy >= maxima_height(c)) continue;
      size_t row = (size_t)(image * maxima_depth(c) + z - dz) * maxima_height(c) + y - dy;
      size_t start = row * maxima_row(c);
      for (int dx = 0; dx < 2; dx++)
        gather(
            pass->maxima + start, pass->winners + start, 2 * (2 * dz + dy) + dx, maxima_row(c),
            to + dx * c->channels);
    }
}

void ck_antialiased_pooling_backward(
    const ck_antialiased_pooling *c, const uint8_t *winners, const float *output_gradient, ck_gradient input_gradient,
    float *scratch) {
  pooling_pass pass = {
      .c = c,
      .output_gradient = output_gradient,
      .winners = (uint8_t *)winners,
      .maxima = scratch,
      .scratch = scratch + ck_padded(ck_antialiased_pooling_maxima(c)),
      .input_gradient = input_gradient,
  };
  ck_parallel_for(maxima_rows(c), c->workers, gradient_of_maxima, &pass);
  ck_parallel_for(c->batch * c->depth * c->height, c->workers, gather_row, &pass);
}
