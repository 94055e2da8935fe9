#include <string.h>

#include "../include/ck_threads.h"
#include "winograd_pass.h"

size_t ck_winograd_weights_size(const ck_winograd *c) { return (size_t)weights_panel_size(c) * panels(c); }

void ck_winograd_transform_channels(
    const ck_kernels *kernels, const ck_winograd *c, const float *weights, int channel, int count, int panel, int tap,
    float *to, long component) {
  int width = panel_width(c, panel);
  long distance = (long)channels(c) * filters(c);
  kernels->transform_weights(
      c->tile, weights + tap * 9 * distance + (long)channel * filters(c), distance, count, filters(c), panel * PANEL,
      width, to, component);
  for (int q = 0; q < components(c); q++)
    memset(
        to + q * component + (long)count * width, 0, sizeof(float) * (size_t)(padded(count) - count) * width);
}

typedef struct {
  const ck_kernels *kernels;
  const ck_winograd *c;
  const float *weights;
  float *to;
} job;

static void transform_panel(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  const ck_winograd *c = j->c;
  int panel = index / c->kernel_depth, tap = index % c->kernel_depth, parts[2] = {c->channels_a, c->channels_b};
  float *to = (float *)weights_at(c, j->to, panel, tap, 0);
  for (int i = 0, channel = 0; i < 2; channel += parts[i++]) {
    ck_winograd_transform_channels(
        j->kernels, c, j->weights, channel, parts[i], panel, tap, to, weights_component(c, panel));
    to += (long)padded(parts[i]) * panel_width(c, panel);
  }
}

void ck_winograd_transform_weights(const ck_winograd *c, const float *weights, float *to) {
  job j = {ck_kernels_in_use(), c, weights, to};
  ck_parallel_for(panels(c) * c->kernel_depth, c->workers, transform_panel, &j);
}
