// The choice between the ways to go through a convolution. All but the paired one compute the same sums in the same
// order, so that the choice between these may depend on the batch.
#include "winograd_pass.h"

enum { WEIGHTS_IN_CACHE = 1 << 20, COST_OF_STAGING = 3, MOST_STREAMED = 256 };

static double weights_size(const ck_winograd *c) { return (double)weights_panel_size(c) * panels(c); }

// Fused, each block reads all weights, in order; staged, tiles and products are written and read at distances.
static bool is_staged(const ck_winograd *c) {
  if (is_paired(c)) return false;
  double moved = 2.0 * components(c) * c->depth * tiles(c) * (row_of(c) + panels(c) * PANEL);
  double read = weights_size(c) * blocks(c) * c->depth;
  return weights_size(c) > WEIGHTS_IN_CACHE && read > COST_OF_STAGING * moved;
}

// Few tiles of many channels, for which transformed weights that are not there already would be larger than all else.
static bool is_streamed(const ck_winograd *c, bool is_prepared) {
  return !is_prepared && is_staged(c) && tiles(c) * c->depth <= MOST_STREAMED;
}

int ck_winograd_moment_blocks(const ck_winograd *c) {
  return c->depth * tiles(c) / run_tiles(c);
}

size_t ck_winograd_forward_scratch(const ck_winograd *c, bool is_prepared) {
  if (is_streamed(c, is_prepared)) return ck_streamed_scratch(c);
  size_t weights = is_prepared ? 0 : ck_winograd_weights_size(c);
  if (is_paired(c)) return weights + ck_paired_scratch(c);
  return weights + (is_staged(c) ? ck_staged_scratch(c) : ck_fused_scratch(c));
}

void ck_winograd_forward(const ck_winograd *c, const ck_winograd_tensors *t, float *scratch) {
  ck_pass pass = {
      .kernels = ck_kernels_in_use(),
      .c = c,
      .grid = grid_of(c),
      .operands =
          {operand_of(t->inputs[0], c->channels_a, 0),
           operand_of(t->inputs[1], c->channels_b, padded(c->channels_a))},
      .weights = t->weights,
      .transformed = t->prepared,
      .epilogue = t->epilogue,
      .outputs = {t->outputs[0], t->outputs[1]},
      .moments = t->moments,
      .scratch = scratch,
  };
  if (is_streamed(c, t->prepared)) return ck_streamed_forward(&pass);
  if (!t->prepared) {
    ck_winograd_transform_weights(c, t->weights, scratch);
    pass.transformed = scratch, pass.scratch += ck_winograd_weights_size(c);
  }
  if (is_paired(c))
    ck_paired_forward(&pass);
  else if (is_staged(c))
    ck_staged_forward(&pass);
  else
    ck_fused_forward(&pass);
}
