// The choice between the algorithms.
#include "../include/ck_convolution.h"

#include "../kernels.h"
#include "../moments.h"
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
  return (ck_winograd){c->batch,   c->depth, c->height,       c->width,   c->channels_a, c->channels_b,
                       c->filters, 0,        c->kernel_depth, tile_of(c), c->workers};
}

// The same with inputs and outputs exchanged.
static ck_winograd backward_of(const ck_convolution *c) {
  return (ck_winograd){c->batch,      c->depth,      c->height,       c->width,   c->filters, 0,
                       c->channels_a, c->channels_b, c->kernel_depth, tile_of(c), c->workers};
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

int ck_convolution_parts(const ck_convolution *c) {
  ck_winograd w = forward_of(c);
  return tile_of(c) ? ck_winograd_parts(&w) : 0;
}

size_t ck_convolution_moments_size(const ck_convolution *c) {
  return ck_part_size(c->filters) * ck_convolution_parts(c);
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

void ck_convolution_forward(
    const ck_convolution *c, ck_input input_a, ck_input input_b, const float *weights, const float *prepared,
    ck_epilogue epilogue, float *output, float *moments, float *scratch) {
  if (!tile_of(c)) return ck_direct_forward(c, input_a.values, input_b.values, weights, epilogue, output, scratch);
  ck_winograd w = forward_of(c);
  ck_winograd_forward(
      &w, input_a, input_b, weights, prepared, epilogue, (ck_winograd_output){output, false, moments},
      (ck_winograd_output){0}, scratch);
}

void ck_convolution_backward_data(
    const ck_convolution *c, const float *output_gradient, const float *weights, float *gradient_a, bool adds_a,
    float *gradient_b, bool adds_b, float *scratch) {
  if (!tile_of(c))
    return ck_direct_backward_data(
        c, output_gradient, weights, gradient_a, adds_a, gradient_b, adds_b, scratch);
  ck_winograd w = backward_of(c);
  ck_turn_weights(c, weights, scratch);
  ck_winograd_forward(
      &w, (ck_input){.values = output_gradient}, (ck_input){0}, scratch, NULL, (ck_epilogue){0},
      (ck_winograd_output){gradient_a, adds_a, NULL},
      (ck_winograd_output){gradient_b, adds_b, NULL}, scratch + turned_size(c));
}

void ck_convolution_backward_weights(
    const ck_convolution *c, ck_input input_a, ck_input input_b, const float *output_gradient,
    float *weights_gradient, float *bias_gradient, float *scratch) {
  if (tile_of(c)) {
    ck_winograd w = forward_of(c);
    ck_winograd_weights_gradient(&w, input_a, input_b, output_gradient, weights_gradient, scratch);
  } else {
    ck_direct_backward_weights(c, input_a.values, input_b.values, output_gradient, weights_gradient, scratch);
  }
  ck_patches patches = ck_patches_of_input(c);
  if (bias_gradient)
    ck_sum_columns(output_gradient, ck_positions(&patches), c->filters, bias_gradient, c->workers);
}
