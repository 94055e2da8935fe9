// Where samples lie between others, by the rules of ck_oblique_sampling.h.
#ifndef POSITIONS_H
#define POSITIONS_H

#include <math.h>
#include <stdbool.h>

#include "targets.h"

CK_INLINE double snapped_position(double position) {
  double whole = floor(position + 0.5);
  return fabs(position - whole) < 1e-6 ? whole : position;
}

CK_INLINE bool is_position_within(double position, int count) {
  return position >= -0.501 && position <= count - 0.499;
}

CK_INLINE double folded_position(double position, int count) {
  double last = count - 1;
  double folded = position < 0 ? -position : position > last ? 2 * last - position : position;
  return folded > 0 ? (folded < last ? folded : last) : 0;
}

CK_INLINE int mirrored_index(int index, int count) {
  if (index >= 0 && index < count) return index;
  if (count == 1) return 0;
  int period = 2 * count - 2, wrapped = (index % period + period) % period;
  return wrapped < count ? wrapped : period - wrapped;
}

CK_INLINE void weigh_spline(float t, float *weights) {
  float s = 1 - t, sixth = 1.0f / 6;
  weights[0] = s * s * s * sixth;
  weights[1] = (4 - 6 * t * t + 3 * t * t * t) * sixth;
  weights[2] = (4 - 6 * s * s + 3 * s * s * s) * sixth;
  weights[3] = t * t * t * sixth;
}

#endif
