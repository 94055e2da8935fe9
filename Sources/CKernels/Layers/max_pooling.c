#include "pooling.h"

#include "blocks.h"
#include "include/ck_threads.h"
#include "kernels.h"

enum { CHANNELS_AT_A_TIME = 64 };

typedef struct {
  const ck_kernels *kernels;
  const ck_pooling *c;
  const float *input, *output_gradient;
  float *output;
  ck_gradient input_gradient;
} pooling_pass;

static void forward_row(void *context, int row, int worker) {
  (void)worker;
  const pooling_pass *pass = context;
  const ck_pooling *c = pass->c;
  long line = (long)c->width * c->window_width * c->channels;
  ck_windows windows = {
      .planes = c->window_depth,
      .rows = c->window_height,
      .columns = c->window_width,
      .channels = c->channels,
      .plane = line * c->height * c->window_height,
      .row = line,
  };
  pass->kernels->pool(&windows, pass->input + input_start(c, row, 0, 0), c->width, pass->output + output_start(c, row));
}

void ck_max_pooling_forward(const ck_pooling *c, const float *input, float *output) {
  pooling_pass pass = {.kernels = ck_kernels_in_use(), .c = c, .input = input, .output = output};
  ck_parallel_for(output_rows(c), c->workers, forward_row, &pass);
}

// One value of each window, for `count` channels: `open` tells whose gradient has not been given yet.
CK_INLINE void give_gradient(
    const float *restrict x, const float *restrict best, const float *restrict gradient, int count, bool adds,
    int *restrict open, float *restrict to) {
  for (int i = 0; i < count; i++) {
    int takes = open[i] & (x[i] == best[i]);
    open[i] &= !takes;
    to[i] = (adds ? to[i] : 0) + (takes ? gradient[i] : 0);
  }
}

CK_LOOP(
    void, spread_gradient, (const pooling_pass *pass, int row, int w, int channel, int count),
    (pass, row, w, channel, count)) {
  const ck_pooling *c = pass->c;
  size_t at = output_start(c, row) + (size_t)w * c->channels + channel;
  int open[CHANNELS_AT_A_TIME];
  for (int i = 0; i < count; i++) open[i] = 1;
  for (int dz = 0; dz < c->window_depth; dz++)
    for (int dy = 0; dy < c->window_height; dy++) {
      size_t from = input_start(c, row, dz, dy) + (size_t)w * c->window_width * c->channels + channel;
      for (int dx = 0; dx < c->window_width; dx++, from += c->channels)
        give_gradient(
            pass->input + from, pass->output + at, pass->output_gradient + at, count,
            pass->input_gradient.adds, open, pass->input_gradient.values + from);
    }
}

static void backward_row(void *context, int row, int worker) {
  (void)worker;
  const pooling_pass *pass = context;
  int channels = pass->c->channels;
  for (int w = 0; w < pass->c->width; w++)
    for (int first = 0; first < channels; first += CHANNELS_AT_A_TIME)
      spread_gradient(pass, row, w, first, ck_minimum(CHANNELS_AT_A_TIME, channels - first));
}

void ck_max_pooling_backward(
    const ck_pooling *c, const float *input, const float *output, const float *output_gradient,
    ck_gradient input_gradient) {
  pooling_pass pass = {
      .c = c, .input = input, .output_gradient = output_gradient, .output = (float *)output,
      .input_gradient = input_gradient};
  ck_parallel_for(output_rows(c), c->workers, backward_row, &pass);
}
