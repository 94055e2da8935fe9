#include "include/ck_rmsprop.h"

#include <math.h>

#include "parameter_blocks.h"

CK_LOOP(void, update, (const void *numbers, ck_parameter part), (numbers, part)) {
  const ck_rmsprop *c = numbers;
  const float *restrict gradients = part.gradient;
  float *restrict weights = part.weights, *restrict squares = part.first;
  for (long i = 0; i < part.count; i++) {
    float gradient = ck_decayed(gradients[i], weights[i], part.decay);
    squares[i] = c->alpha * squares[i] + (1 - c->alpha) * gradient * gradient;
    weights[i] -= c->learning_rate * gradient / (sqrtf(squares[i]) + c->epsilon);
  }
}

void ck_rmsprop_update(const ck_rmsprop *c, const ck_parameter *parameter, int workers) {
  ck_step_in_blocks(update, c, parameter, workers);
}
