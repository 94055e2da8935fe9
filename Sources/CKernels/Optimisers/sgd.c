#include "include/ck_sgd.h"

#include "parameter_blocks.h"

CK_LOOP(void, update, (const void *numbers, ck_parameter part), (numbers, part)) {
  const ck_sgd *c = numbers;
  const float *restrict gradients = part.gradient;
  float *restrict weights = part.weights;
  for (long i = 0; i < part.count; i++)
    weights[i] -= c->learning_rate * ck_decayed(gradients[i], weights[i], part.decay);
}

CK_LOOP(void, update_with_momentum, (const void *numbers, ck_parameter part), (numbers, part)) {
  const ck_sgd *c = numbers;
  const float *restrict gradients = part.gradient;
  float *restrict weights = part.weights, *restrict velocity = part.first;
  float ahead = c->is_nesterov ? c->momentum : 1, now = c->is_nesterov ? 1 : 0;
  for (long i = 0; i < part.count; i++) {
    float gradient = ck_decayed(gradients[i], weights[i], part.decay);
    velocity[i] = c->momentum * velocity[i] + gradient;
    weights[i] -= c->learning_rate * (ahead * velocity[i] + now * gradient);
  }
}

void ck_sgd_update(const ck_sgd *c, const ck_parameter *parameter, int workers) {
  ck_step_in_blocks(parameter->first ? update_with_momentum : update, c, parameter, workers);
}
