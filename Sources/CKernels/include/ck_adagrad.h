// One step of AdaGrad. Source: Duchi et al., "Adaptive Subgradient Methods for Online Learning and Stochastic
// Optimization", JMLR 12, 2011, figure 1 (diagonal matrices).
#ifndef CK_ADAGRAD_H
#define CK_ADAGRAD_H

#include "ck_optimisers.h"

typedef struct {
  float learning_rate, epsilon;
} ck_adagrad;

// Updates the weights and the sum of the squared gradients: `first`.
void ck_adagrad_update(const ck_adagrad *c, const ck_parameter *parameter, int workers);

#endif
