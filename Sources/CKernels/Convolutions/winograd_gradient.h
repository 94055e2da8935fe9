// The gradient of the weights by Winograd's algorithm, and the ways to go through it.
#ifndef CK_WINOGRAD_GRADIENT_H
#define CK_WINOGRAD_GRADIENT_H

#include "winograd_plan.h"

enum { MOST_PARTIALS = 8, LARGEST_PRIVATE = 64 * 64 };

typedef struct {
  const ck_kernels *kernels;
  const ck_winograd *c;
  ck_grid grid;
  ck_operand inputs[2], gradient;
  float *weights_gradient, *scratch;
  int first_tile, last_tile;  // of a staged stretch
} ck_gradient_pass;

// The floats of a tile's transformed filters.
CK_INLINE int columns(const ck_winograd *c) { return padded(filters(c)); }

// Whether shares of the tiles can have sums of their own.
CK_INLINE bool has_small_sums(const ck_winograd *c) { return (long)row_of(c) * columns(c) <= LARGEST_PRIVATE; }

// Transforms tiles of the inputs.
void ck_gradient_pass_transform(
    const ck_gradient_pass *pass, ck_tile_range tiles, ck_components to, float *border);

// Writes rows first..<last of sums[component][row][stride] to the gradient of the weights at a tap in depth.
void ck_gradient_pass_write(
    const ck_gradient_pass *pass, int tap, int first, int last, const float *sums, long component, long stride);

// Turns the sums of a component in depth, at first + i * distance, into those of the taps, in place.
void ck_gradient_pass_join(const ck_gradient_pass *pass, float *first, long distance, long count);

// Whether there are pairs enough to pay for the shares' sums.
bool ck_has_enough_pairs(const ck_winograd *c);
size_t ck_paired_gradient_scratch(const ck_winograd *c);
void ck_paired_gradient(const ck_gradient_pass *pass);

size_t ck_staged_gradient_scratch(const ck_winograd *c);
void ck_staged_gradient(ck_gradient_pass *pass);

#endif
