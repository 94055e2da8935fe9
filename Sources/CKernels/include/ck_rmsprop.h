// One step of RMSProp. Source: Tieleman and Hinton, "Lecture 6.5: rmsprop", COURSERA: Neural Networks for Machine
// Learning, 2012.
#ifndef CK_RMSPROP_H
#define CK_RMSPROP_H

#include "ck_optimisers.h"

typedef struct {
  float learning_rate, alpha, epsilon;
} ck_rmsprop;

// Updates the weights and the moving mean of the squared gradients: `first`.
void ck_rmsprop_update(const ck_rmsprop *c, const ck_parameter *parameter, int workers);

#endif
