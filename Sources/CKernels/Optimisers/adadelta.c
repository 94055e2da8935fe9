#include "include/ck_adadelta.h"

#include <math.h>

#include "parameter_blocks.h"

CK_LOOP(void, update, (const void *numbers, ck_parameter part), (numbers, part)) {
  const ck_adadelta *c = numbers;
  const float *restrict gradients = part.gradient;
  float *restrict weights = part.weights, *restrict squares = part.first, *restrict updates = part.second;
  for (long i = 0; i < part.count; i++) {
    float gradient = ck_decayed(gradients[i], weights[i], part.decay);
    squares[i] = c->rho * squares[i] + (1 - c->rho) * gradient * gradient;
    float change = sqrtf(updates[i] + c->epsilon) / sqrtf(squares[i] + c->epsilon) * gradient;
    updates[i] = c->rho * updates[i] + (1 - c->rho) * change * change;
    weights[i] -= c->learning_rate * change;
  }
}

void ck_adadelta_update(const ck_adadelta *c, const ck_parameter *parameter, int workers) {
  ck_step_in_blocks(update, c, parameter, workers);
}
