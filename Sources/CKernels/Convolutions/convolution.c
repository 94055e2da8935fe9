// The choice between the algorithms.
#include "include/ck_convolution.h"

#include "kernels.h"
#include "Layers/moments.h"
#include "direct.h"
#include "patches.h"
#include "winograd.h"

enum { FEWEST_CHANNELS = 8 };

// The tile with fewer multiplications; the smaller one, where it has no more.
static int best_tile(const ck_convolution *c) {
  long small = 16L * ck_ceiling_division(c->height, 2) * ck_ceiling_division(c->width, 2);
  long large = 36L * ck_ceiling_division(c->height, 4) * ck_ceiling_division(c->width, 4);
  return small <= large ? 2 : 4;
}

// The side of the tiles; 0: direct.
static int tile_of(const ck_convolution *c) {
  if (c->stride_depth != 1 || c->stride_height != 1 || c->stride_width != 1) return 0;
  if (c->kernel_height != 3 || c->kernel_width != 3 || (c->kernel_depth != 1 && c->kernel_depth != 3)) return 0;
  bool is_automatic = c->algorithm == CK_AUTOMATIC;
  if (is_automatic && (c->channels_a + c->channels_b < FEWEST_CHANNELS || c->filters < FEWEST_CHANNELS)) return 0;
  switch (is_automatic ? ck_algorithm_in_use() : c->algorithm) {
    case CK_DIRECT: return 0;
    case CK_WINOGRAD_2: return 2;
    case CK_WINOGRAD_4: return 4;
    case CK_AUTOMATIC: break;
  }
  return best_tile(c);
}

static ck_winograd forward_of(const ck_convolution *c) {
  return (ck_winograd){
      .batch = c->batch,
      .depth = c->depth,
      .height = c->height,
      .width = c->width,
      .channels_a = c->channels_a,
      .channels_b = c->channels_b,
      .filters_a = c->filters,
      .kernel_depth = c->kernel_depth,
      .tile = tile_of(c),
      .workers = c->workers,
  };
}

// The same with inputs and outputs exchanged.
static ck_winograd backward_of(const ck_convolution *c) {
  ck_winograd w = forward_of(c);
  w.channels_a = c->filters, w.channels_b = 0;
  w.filters_a = c->channels_a, w.filters_b = c->channels_b;
  return w;
}

static size_t turned_size(const ck_convolution *c) {
  return ck_padded((size_t)9 * c->kernel_depth * (c->channels_a + c->channels_b) * c->filters);
}

bool ck_convolution_normalises(const ck_convolution *c) { return tile_of(c) != 0; }

size_t ck_convolution_prepared_size(const ck_convolution *c) {
  ck_winograd w = forward_of(c);
  return tile_of(c) ? ck_padded(ck_winograd_weights_size(&w)) : 0;
}

void ck_convolution_prepare(const ck_convolution *c, const float *weights, float *prepared) {
  ck_winograd w = forward_of(c);
  if (tile_of(c)) ck_winograd_transform_weights(&w, weights, prepared);
}

int ck_convolution_moment_blocks(const ck_convolution *c) {
  ck_winograd w = forward_of(c);
  return tile_of(c) ? ck_winograd_moment_blocks(&w) : 0;
}

size_t ck_convolution_moments_size(const ck_convolution *c) {
  return ck_moments_size(c->filters) * ck_convolution_moment_blocks(c);
}

size_t ck_convolution_forward_scratch(const ck_convolution *c, bool is_prepared) {
  if (!tile_of(c)) return ck_direct_forward_scratch(c);
  ck_winograd w = forward_of(c);
  return ck_winograd_forward_scratch(&w, is_prepared);
}

size_t ck_convolution_backward_data_scratch(const ck_convolution *c) {
  if (!tile_of(c)) return ck_direct_backward_data_scratch(c);
  ck_winograd w = backward_of(c);
  return turned_size(c) + ck_winograd_forward_scratch(&w, false);
}

size_t ck_convolution_backward_weights_scratch(const ck_convolution *c) {
  if (!tile_of(c)) return ck_direct_backward_weights_scratch(c);
  ck_winograd w = forward_of(c);
  return ck_winograd_weights_gradient_scratch(&w);
}

void ck_convolution_forward(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch) {
  if (!tile_of(c)) return ck_direct_forward(c, t, scratch);
  ck_winograd w = forward_of(c);
  ck_winograd_tensors tensors = {
      .inputs = {t->input_a, t->input_b},
      .weights = t->weights,
      .prepared = t->prepared,
      .epilogue = t->epilogue,
      .outputs = {{.values = t->output}},
      .moments = t->moments,
  };
  ck_winograd_forward(&w, &tensors, scratch);
}

void ck_convolution_backward_data(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch) {
  if (!tile_of(c)) return ck_direct_backward_data(c, t, scratch);
  ck_winograd w = backward_of(c);
  ck_turn_weights(c, t->weights, scratch);
  ck_winograd_tensors tensors = {
      .inputs = {{.values = t->output_gradient}},
      .weights = scratch,
      .outputs = {t->gradient_a, t->gradient_b},
  };
  ck_winograd_forward(&w, &tensors, scratch + turned_size(c));
}

void ck_convolution_backward_weights(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch) {
  if (tile_of(c)) {
    ck_winograd w = forward_of(c);
    ck_winograd_weights_gradient(&w, t, scratch);
  } else {
    ck_direct_backward_weights(c, t, scratch);
  }
  ck_patches patches = ck_patches_of_input(c);
  if (t->bias_gradient)
    ck_sum_columns(t->output_gradient, ck_positions(&patches), c->filters, t->bias_gradient, c->workers);
}
