#include "include/ck_adagrad.h"

#include <math.h>

#include "parameter_blocks.h"

CK_LOOP(void, update, (const void *numbers, ck_parameter part), (numbers, part)) {
  const ck_adagrad *c = numbers;
  const float *restrict gradients = part.gradient;
  float *restrict weights = part.weights, *restrict squares = part.first;
  for (long i = 0; i < part.count; i++) {
    float gradient = ck_decayed(gradients[i], weights[i], part.decay);
    squares[i] += gradient * gradient;
    weights[i] -= c->learning_rate * gradient / (sqrtf(squares[i]) + c->epsilon);
  }
}

void ck_adagrad_update(const ck_adagrad *c, const ck_parameter *parameter, int workers) {
  ck_step_in_blocks(update, c, parameter, workers);
}
