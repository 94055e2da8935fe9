// Sampling between grids that are turned or sheared against each other: 1, 2 or 4 neighbours along each axis.
#ifndef CK_OBLIQUE_SAMPLING_H
#define CK_OBLIQUE_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

// Shapes. Source and target: [size[2], size[1], size[0], channels]. The target's index (x, y, z) lies at
// start + x steps[0] + y steps[1] + z steps[2] in the source's indices.
typedef struct {
  int source[3], target[3];
  int channels;
  double start[3], steps[3][3];
  // Along the source's axes: 1 nearest, 2 linear, 4 cubic B-spline.
  int widths[3];
  int workers;
} ck_oblique_sampling;

// Values; along axes of width 4, `source` holds coefficients.
void ck_sample_oblique(const ck_oblique_sampling *o, const float *source, float outside, float *target);

// The nearest elements of `size` bytes, whatever the widths; `outside` is one.
void ck_pick_oblique(
    const ck_oblique_sampling *o, const void *source, long size, const void *outside, void *target);

// Labels by ck_vote's rule; widths of 1 or 2.
void ck_vote_oblique(const ck_oblique_sampling *o, const uint8_t *source, uint8_t outside, uint8_t *target);

// A position, taken as whole where rounding alone keeps it from being so.
double ck_snapped(double position);
// Whether a position lies within half a voxel of `count` samples, or so near that 32-bit affines cannot tell.
bool ck_is_within(double position, int count);
// A position mirrored into the range of `count` samples, 0...count - 1. Positions farther than a period outside, whose
// values nobody asks for, are clamped.
double ck_folded(double position, int count);
// An index mirrored at the first and the last of `count` samples.
int ck_mirrored(int index, int count);
// The weights of the four coefficients around a position, `fraction` beyond the second: 0..<1.
void ck_spline_weights(float fraction, float *weights);

#endif
