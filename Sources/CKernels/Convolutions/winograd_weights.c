#include <string.h>

#include "../include/ck_threads.h"
#include "winograd_plan.h"

size_t ck_winograd_weights_size(const ck_winograd *c) { return (size_t)weights_panel_size(c) * panels(c); }

typedef struct {
  const ck_kernels *kernels;
  const ck_winograd *c;
  const float *weights;
  float *to;
} job;

static void clear_padding(float *to, long component, int components, int from_row, int to_row, int width) {
  for (int q = 0; q < components; q++)
    memset(to + q * component + (long)from_row * width, 0, sizeof(float) * (size_t)(to_row - from_row) * width);
}

static void transform_panel(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  const ck_winograd *c = j->c;
  int panel = index / c->kernel_depth, tap = index % c->kernel_depth, width = panel_width(c, panel);
  long component = weights_component(c, panel), distance = (long)channels(c) * filters(c);
  float *to = (float *)weights_at(c, j->to, panel, tap, 0);
  int parts[2] = {c->channels_a, c->channels_b};
  for (int i = 0, row = 0, channel = 0; i < 2; i++) {
    j->kernels->transform_weights(
        c->tile, j->weights + tap * 9 * distance + (long)channel * filters(c), distance, parts[i], filters(c),
        panel * PANEL, width, to + (long)row * width, component);
    clear_padding(to, component, components(c), row + parts[i], row + padded(parts[i]), width);
    row += padded(parts[i]), channel += parts[i];
  }
}

void ck_winograd_transform_weights(const ck_winograd *c, const float *weights, float *to) {
  job j = {ck_kernels_in_use(), c, weights, to};
  ck_parallel_for(panels(c) * c->kernel_depth, c->workers, transform_panel, &j);
}
