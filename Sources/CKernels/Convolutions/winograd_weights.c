#include <string.h>

#include "include/ck_threads.h"
#include "winograd_pass.h"

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

static void transform_panel(void *context, int index, int worker) {
  (void)worker;
  const weights_pass *pass = context;
  const ck_winograd *c = pass->c;
  int panel = index / c->kernel_depth, tap = index % c->kernel_depth, counts[2] = {c->channels_a, c->channels_b};
  float *to = (float *)weights_at(c, pass->to, panel, tap, 0);
  for (int i = 0, channel = 0; i < 2; channel += counts[i++]) {
    ck_weights_chunk chunk = {.first = channel, .count = counts[i], .panel = panel, .tap = tap};
    ck_winograd_transform_channels(pass->kernels, c, pass->weights, chunk, to, weights_component(c, panel));
    to += (long)padded(counts[i]) * panel_width(c, panel);
  }
}

void ck_winograd_transform_weights(const ck_winograd *c, const float *weights, float *to) {
  weights_pass pass = {.kernels = ck_kernels_in_use(), .c = c, .weights = weights, .to = to};
  ck_parallel_for(panels(c) * c->kernel_depth, c->workers, transform_panel, &pass);
}
