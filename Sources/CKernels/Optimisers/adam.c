#include "include/ck_adam.h"

#include <math.h>

#include "parameter_blocks.h"

// The configuration with what is the same for all weights of a step.
typedef struct {
  float beta1, beta2, epsilon, rate, root, shrinkage;
} adam_numbers;

CK_LOOP(void, update, (const void *numbers, ck_parameter part), (numbers, part)) {
  const adam_numbers *n = numbers;
  const float *restrict gradients = part.gradient;
  float *restrict weights = part.weights, *restrict first = part.first, *restrict second = part.second;
  for (long i = 0; i < part.count; i++) {
    float gradient = ck_decayed(gradients[i], weights[i], part.decay);
    first[i] = n->beta1 * first[i] + (1 - n->beta1) * gradient;
    second[i] = n->beta2 * second[i] + (1 - n->beta2) * gradient * gradient;
    weights[i] = n->shrinkage * weights[i] - n->rate * first[i] / (sqrtf(second[i]) * n->root + n->epsilon);
  }
}

void ck_adam_update(const ck_adam *c, const ck_parameter *parameter, int workers) {
  adam_numbers numbers = {
      .beta1 = c->beta1,
      .beta2 = c->beta2,
      .epsilon = c->epsilon,
      .rate = (float)(c->learning_rate / (1 - pow(c->beta1, (double)c->step))),
      .root = (float)(1 / sqrt(1 - pow(c->beta2, (double)c->step))),
      .shrinkage = 1,
  };
  ck_parameter decayed = *parameter;
  if (c->is_decay_decoupled) {
    numbers.shrinkage = 1 - c->learning_rate * parameter->decay;
    decayed.decay = 0;
  }
  ck_step_in_blocks(update, &numbers, &decayed, workers);
}
