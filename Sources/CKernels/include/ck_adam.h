// One step of Adam, and of AdamW. Sources: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015,
// algorithm 1; Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2.
#ifndef CK_ADAM_H
#define CK_ADAM_H

#include <stdbool.h>

#include "ck_optimisers.h"

// `step` counts from 1. A decoupled decay shrinks the weights and leaves the moments alone.
typedef struct {
  float learning_rate, beta1, beta2, epsilon;
  bool is_decay_decoupled;
  long step;
} ck_adam;

// Updates the weights and both moments: `first` of the gradients, `second` of their squares.
void ck_adam_update(const ck_adam *c, const ck_parameter *parameter, int workers);

#endif
