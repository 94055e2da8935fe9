// Each row is a weighted sum of a few rows of the other tensor, made in scratch memory, and then of a few of its
// pixels. Both passes write each number once, from taps in a fixed order.
#include "include/ck_linear_upsampling.h"

#include "blocks.h"
#include "include/ck_threads.h"
#include "taps.h"

typedef struct {
  const ck_linear_upsampling *c;
  const float *from;
  ck_gradient to;  // or the output
  float *scratch;
} upsampling_pass;

static int clamped(int index, int size) { return ck_maximum(0, ck_minimum(index, size - 1)); }

// An output takes 3/4 of its own input and 1/4 of the neighbour on its side.
static taps forward_taps(int output, int factor, int size) {
  if (factor == 1) return (taps){.count = 1, .index = {output}, .weight = {1}};
  int own = output / 2, neighbour = output % 2 ? own + 1 : own - 1;
  return (taps){.count = 2, .index = {own, clamped(neighbour, size)}, .weight = {0.75f, 0.25f}};
}

// The outputs that take of an input; at the edge they take its neighbour's part from it as well.
static taps backward_taps(int input, int factor, int size) {
  if (factor == 1) return (taps){.count = 1, .index = {input}, .weight = {1}};
  taps t = {.count = 0};
  for (int output = 2 * input - 1; output <= 2 * input + 2; output++) {
    if (output < 0 || output >= 2 * size) continue;
    taps of = forward_taps(output, factor, size);
    t.index[t.count] = output;
    t.weight[t.count++] = (of.index[0] == input ? of.weight[0] : 0) + (of.index[1] == input ? of.weight[1] : 0);
  }
  return t;
}

static size_t output_row(const ck_linear_upsampling *c) { return (size_t)c->width * c->factor_width * c->channels; }

size_t ck_linear_upsampling_scratch(const ck_linear_upsampling *c) { return ck_padded(output_row(c)) * c->workers; }

static void forward_row(void *context, int index, int worker) {
  const upsampling_pass *pass = context;
  const ck_linear_upsampling *c = pass->c;
  int height = c->height * c->factor_height, depth = c->depth * c->factor_depth;
  size_t row = (size_t)c->width * c->channels;
  float *blended = pass->scratch + worker * ck_padded(output_row(c)), *to = pass->to.values + index * output_row(c);
  taps z = forward_taps(index / height % depth, c->factor_depth, c->depth);
  taps y = forward_taps(index % height, c->factor_height, c->height);
  const float *image = pass->from + (size_t)(index / height / depth) * c->depth * c->height * row;
  ck_blend_rows(image, &z, &y, c->height, row, blended);
  for (int i = 0; i < c->width * c->factor_width; i++, to += c->channels) {
    taps x = forward_taps(i, c->factor_width, c->width);
    ck_blend_pixels(blended, &x, c->channels, false, to);
  }
}

static void backward_row(void *context, int index, int worker) {
  const upsampling_pass *pass = context;
  const ck_linear_upsampling *c = pass->c;
  int height = c->height * c->factor_height, depth = c->depth * c->factor_depth;
  float *blended = pass->scratch + worker * ck_padded(output_row(c));
  float *to = pass->to.values + (size_t)index * c->width * c->channels;
  taps z = backward_taps(index / c->height % c->depth, c->factor_depth, c->depth);
  taps y = backward_taps(index % c->height, c->factor_height, c->height);
  const float *image = pass->from + (size_t)(index / c->height / c->depth) * depth * height * output_row(c);
  ck_blend_rows(image, &z, &y, height, output_row(c), blended);
  for (int i = 0; i < c->width; i++, to += c->channels) {
    taps x = backward_taps(i, c->factor_width, c->width);
    ck_blend_pixels(blended, &x, c->channels, pass->to.adds, to);
  }
}

void ck_linear_upsampling_forward(const ck_linear_upsampling *c, const float *input, float *output, float *scratch) {
  upsampling_pass pass = {.c = c, .from = input, .to = {.values = output}, .scratch = scratch};
  ck_parallel_for(c->batch * c->depth * c->factor_depth * c->height * c->factor_height, c->workers, forward_row, &pass);
}

void ck_linear_upsampling_backward(
    const ck_linear_upsampling *c, const float *output_gradient, ck_gradient input_gradient, float *scratch) {
  upsampling_pass pass = {.c = c, .from = output_gradient, .to = input_gradient, .scratch = scratch};
  ck_parallel_for(c->batch * c->depth * c->height, c->workers, backward_row, &pass);
}
