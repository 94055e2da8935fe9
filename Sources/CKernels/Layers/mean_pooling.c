// A window's pixels are added in order, so that the bits depend on neither threads nor vectors.
#include "pooling.h"

#include "blocks.h"
#include "include/ck_threads.h"

typedef struct {
  const ck_pooling *c;
  const float *from;
  ck_gradient to;  // or the output
} pooling_pass;

static float share(const ck_pooling *c) {
  return 1 / (float)(c->window_depth * c->window_height * c->window_width);
}

CK_LOOP(
    void, add_row, (const float *restrict from, int width, int window, int channels, float *restrict to),
    (from, width, window, channels, to)) {
  for (int w = 0; w < width; w++, to += channels)
    for (int x = 0; x < window; x++, from += channels)
      for (int i = 0; i < channels; i++) to[i] += from[i];
}

CK_LOOP(void, scale_row, (float *to, size_t count, float factor), (to, count, factor)) {
  for (size_t i = 0; i < count; i++) to[i] *= factor;
}

static void forward_row(void *context, int row, int worker) {
  (void)worker;
  const pooling_pass *pass = context;
  const ck_pooling *c = pass->c;
  float *to = pass->to.values + output_start(c, row);
  size_t count = (size_t)c->width * c->channels;
  for (size_t i = 0; i < count; i++) to[i] = 0;
  for (int z = 0; z < c->window_depth; z++)
    for (int y = 0; y < c->window_height; y++)
      add_row(pass->from + input_start(c, row, z, y), c->width, c->window_width, c->channels, to);
  scale_row(to, count, share(c));
}

void ck_mean_pooling_forward(const ck_pooling *c, const float *input, float *output) {
  pooling_pass pass = {.c = c, .from = input, .to = {.values = output}};
  ck_parallel_for(output_rows(c), c->workers, forward_row, &pass);
}

CK_LOOP(
    void, share_row,
    (const float *restrict from, int width, int window, int channels, float factor, bool adds, float *restrict to),
    (from, width, window, channels, factor, adds, to)) {
  for (int w = 0; w < width; w++, from += channels)
    for (int x = 0; x < window; x++, to += channels)
      for (int i = 0; i < channels; i++) to[i] = (adds ? to[i] : 0) + factor * from[i];
}

static void backward_row(void *context, int row, int worker) {
  (void)worker;
  const pooling_pass *pass = context;
  const ck_pooling *c = pass->c;
  for (int z = 0; z < c->window_depth; z++)
    for (int y = 0; y < c->window_height; y++)
      share_row(
          pass->from + output_start(c, row), c->width, c->window_width, c->channels, share(c), pass->to.adds,
          pass->to.values + input_start(c, row, z, y));
}

void ck_mean_pooling_backward(const ck_pooling *c, const float *output_gradient, ck_gradient input_gradient) {
  pooling_pass pass = {.c = c, .from = output_gradient, .to = input_gradient};
  ck_parallel_for(output_rows(c), c->workers, backward_row, &pass);
}
