#include <string.h>

#include "include/ck_threads.h"
#include "winograd_pass.h"

enum { ROWS_TOGETHER = 16 };  // to which the channels of an input are padded

size_t ck_winograd_weights_size(const ck_winograd *c) { return (size_t)weights_panel_size(c) * panels(c); }

void ck_winograd_transform_channels(
    const ck_kernels *kernels, const ck_winograd *c, const float *weights, ck_weights_chunk chunk, float *to,
    long component) {
  int width = panel_width(c, chunk.panel);
  long tap = (long)channels(c) * filters(c);
  ck_weights_panel panel = {
      .values = weights + chunk.tap * 9 * tap + (long)chunk.first * filters(c),
      .tap = tap,
      .channels = chunk.count,
      .filters = filters(c),
      .first_filter = chunk.panel * PANEL,
      .width = width,
  };
  kernels->transform_weights(
      c->tile, &panel, (ck_components){.values = to, .component = component, .row = width});
  for (int q = 0; q < components(c); q++)
    memset(
        to + q * component + (long)chunk.count * width, 0,
        sizeof(float) * (size_t)(padded(chunk.count) - chunk.count) * width);
}

typedef struct {
  const ck_kernels *kernels;
  const ck_winograd *c;
  const float *weights;
  float *to;
} weights_pass;

// Transformed taps to components in depth: `count` floats of each.
static void transform_taps(const weights_pass *pass, int panel, float *taps, long count) {
  const ck_winograd *c = pass->c;
  long tap = (long)row_of(c) * panel_width(c, panel);
  for (int q = 0; q < components(c); q++, taps += weights_component(c, panel)) {
    float *lines[CK_DEPTH_COMPONENTS] = {taps, taps + tap, taps + 2 * tap, taps + 3 * tap};
    const float *from[3] = {lines[0], lines[1], lines[2]};
    pass->kernels->transform_depth(CK_DEPTH_WEIGHTS, from, count, lines);
  }
}

// Some rows of a panel.
static void transform_rows(void *context, int index, int worker) {
  (void)worker;
  const weights_pass *pass = context;
  const ck_winograd *c = pass->c;
  int chunks = row_of(c) / ROWS_TOGETHER, panel = index / chunks, row = index % chunks * ROWS_TOGETHER;
  int second = row - padded(c->channels_a), channel = second < 0 ? row : c->channels_a + second;
  int count = ck_minimum(ROWS_TOGETHER, (second < 0 ? c->channels_a : channels(c)) - channel);
  float *first = (float *)weights_at(c, pass->to, panel, 0, 0) + (long)row * panel_width(c, panel);
  for (int tap = 0; tap < c->kernel_depth; tap++)
    ck_winograd_transform_channels(
        pass->kernels, c, pass->weights,
        (ck_weights_chunk){.first = channel, .count = count, .panel = panel, .tap = tap},
        first + (long)tap * row_of(c) * panel_width(c, panel), weights_component(c, panel));
  if (is_paired(c)) transform_taps(pass, panel, first, (long)ROWS_TOGETHER * panel_width(c, panel));
}

void ck_winograd_transform_weights(const ck_winograd *c, const float *weights, float *to) {
  weights_pass pass = {.kernels = ck_kernels_in_use(), .c = c, .weights = weights, .to = to};
  ck_parallel_for(panels(c) * (row_of(c) / ROWS_TOGETHER), c->workers, transform_rows, &pass);
}
