// One step of stochastic gradient descent: plain, with momentum, or with Nesterov's momentum. Sources: Polyak, "Some
// methods of speeding up the convergence of iteration methods", 1964; Sutskever et al., "On the importance of
// initialization and momentum in deep learning", ICML 2013, section 2.
#ifndef CK_SGD_H
#define CK_SGD_H

#include <stdbool.h>

#include "ck_optimisers.h"

typedef struct {
  float learning_rate, momentum;
  // Whether a step looks ahead by the momentum.
  bool is_nesterov;
} ck_sgd;

// Updates the weights and, where the parameter has one, the velocity: `first`.
void ck_sgd_update(const ck_sgd *c, const ck_parameter *parameter, int workers);

#endif
