// A convolution by Winograd's algorithm, and the ways to go through it.
#ifndef CK_WINOGRAD_PASS_H
#define CK_WINOGRAD_PASS_H

#include "Layers/moments.h"
#include "winograd_plan.h"

typedef struct {
  const ck_kernels *kernels;
  const ck_winograd *c;
  ck_grid grid;
  ck_operand operands[2];
  const float *weights;      // as they are
  const float *transformed;  // the same transformed; the streamed way takes none
  ck_epilogue epilogue;
  ck_gradient outputs[2];
  float *moments;  // of the first output, or NULL
  float *scratch;
  int first_block, last_block;  // of a staged stretch
} ck_pass;

// The floats from one transformed tile to the next.
CK_INLINE long input_line(const ck_winograd *c) { return ck_spread_line(row_of(c)); }

// Transforms tiles of the inputs.
void ck_pass_transform(
    const ck_pass *pass, ck_tile_range tiles, float *to, long component, float *border);

// Writes the products of a block of tiles to the panel's filters, and measures their moments.
void ck_pass_write(const ck_pass *pass, ck_components products, int panel, ck_tile_range tiles);

// Transforms channels first..<first + count of the weights at one tap in depth to
// components[channel][panel's width], padded with zeros to a multiple of 16 channels.
typedef struct {
  int first, count, panel, tap;
} ck_weights_chunk;
void ck_winograd_transform_channels(
    const ck_kernels *kernels, const ck_winograd *c, const float *weights, ck_weights_chunk chunk, float *to,
    long component);

size_t ck_fused_scratch(const ck_winograd *c);
void ck_fused_forward(ck_pass *pass);

size_t ck_paired_scratch(const ck_winograd *c);
void ck_paired_forward(ck_pass *pass);

size_t ck_staged_scratch(const ck_winograd *c);
void ck_staged_forward(ck_pass *pass);

size_t ck_streamed_scratch(const ck_winograd *c);
void ck_streamed_forward(ck_pass *pass);

#endif
