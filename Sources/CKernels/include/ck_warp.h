// Sampling of an image and its labels at the points of one map, which is affine but for a cubic B-spline.
#ifndef CK_WARP_H
#define CK_WARP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CK_WARP_MARGIN = 16 };

// Shapes. Input and output: [size[2], size[1], size[0], channels], fewer than 2^31 values. The output's index (x, y, z)
// looks at start + x steps[0] + y steps[1] + z steps[2] in the input's indices, moved by the spline there. Points whose
// nearest sample is not one of the input's are outside; the others are clamped to the outermost samples.
typedef struct {
  int input[3], output[3];
  int channels;
  double start[3], steps[3][3];
  // The control points along each axis, at least 4, or 1 along an axis along which nothing changes; 0: no spline.
  int lattice[3];
  // [3][lattice[2]][lattice[1]][lattice[0]]: how far the sampled point moves along the input's axes.
  const float *displacements;
  // Along each axis of the output, for each index: the first of the control points that act, and the place between the
  // second and the third, 0...1. Behind the fractions along x, CK_WARP_MARGIN more floats can be read.
  const int *cells[3];
  const float *fractions[3];
  // For each index along x, the first behind it that has other control points.
  const int *ends;
  // Unless NULL, [3][output's size]: the points, in place of the map.
  const float *points;
  // Each slice of the output looks at the slice of the input whose index is first_slice more, if there is one.
  bool keeps_slices;
  int first_slice;
  // The image's values lie between 4 coefficients of a cubic B-spline along each axis instead of 2 samples. The image
  // then has a margin of one coefficient on either side along each axis of more than one sample that is interpolated
  // along (all, or the first two where slices are kept).
  bool is_cubic;
  // Labels are elected by their shares (ck_vote's rule) instead of being the nearest, where the input is 2 or more wide.
  bool are_elected;
  int workers;
} ck_warp;

// What it needs, in floats.
size_t ck_warp_scratch(const ck_warp *w);

// Image or labels may be NULL.
void ck_warp_sample(
    const ck_warp *w, const float *image, float outside, float *to, const uint8_t *labels, uint8_t outside_label,
    uint8_t *to_labels, float *scratch);

#endif
