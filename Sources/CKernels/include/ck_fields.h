// Changes of an image's values that depend on their place: smooth fields and plane waves.
#ifndef CK_FIELDS_H
#define CK_FIELDS_H

#include <stddef.h>

enum { CK_HIGHEST_ORDER = 8 };

// exp of a polynomial of a row's places, whose coefficients are polynomials of its column's and its slice's places.
typedef struct {
  // Of the image, along its width, height and depth.
  int size[3];
  // The degree that the exponents of a term sum up to at most: 0...CK_HIGHEST_ORDER.
  int order;
  // [order + 1 along the depth][order + 1 along the height][order + 1 along the width], those beyond the order unused.
  const double *coefficients;
  // The places of the voxels along each axis.
  const float *places[3];
  int workers;
} ck_field;

// What a field needs, in floats, aligned as doubles.
size_t ck_field_scratch(const ck_field *f);

// The mean of the field over all voxels, sums of rows being added in order.
double ck_field_mean(const ck_field *f, float *scratch);

// (value - floor) * field * factor + floor. Values: [depth, height, width, channels]; floors: [channels].
void ck_apply_field(
    const ck_field *f, float factor, const float *floors, int channels, float *values, float *scratch);

// A wave's phase at a voxel is the sum of those of its place along each axis.
typedef struct {
  // Of the image, along its width, height and depth.
  int size[3];
  // [waves][size[0] + size[1] + size[2]]: the cosines of the phases along the width, the height and the depth, and the
  // sines.
  int waves;
  const float *cosines, *sines;
  int workers;
} ck_waves;

// value += amplitude * cosine of the phase, for each wave. Amplitudes: [waves][channels].
// Values: [depth, height, width, channels].
void ck_add_waves(const ck_waves *w, const float *amplitudes, int channels, float *values);

#endif
