// The parts of a softmax over the classes of one pixel.
#ifndef SOFTMAX_H
#define SOFTMAX_H

#include <math.h>

#include "targets.h"

CK_INLINE float largest_of(const float *logits, int classes) {
  float largest = logits[0];
  for (int i = 1; i < classes; i++) largest = logits[i] > largest ? logits[i] : largest;
  return largest;
}

// The sum of exp(logit - largest), each of which is kept, unless NULL.
CK_INLINE float exponential_sum(const float *logits, int classes, float largest, float *exponentials) {
  float sum = 0;
  for (int i = 0; i < classes; i++) {
    float exponential = expf(logits[i] - largest);
    if (exponentials) exponentials[i] = exponential;
    sum += exponential;
  }
  return sum;
}

#endif
