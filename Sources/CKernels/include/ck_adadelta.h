// One step of ADADELTA. Source: Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, algorithm 1.
#ifndef CK_ADADELTA_H
#define CK_ADADELTA_H

#include "ck_optimisers.h"

typedef struct {
  float learning_rate, rho, epsilon;
} ck_adadelta;

// Updates the weights and the moving means of the squares: `first` of the gradients, `second` of the updates.
void ck_adadelta_update(const ck_adadelta *c, const ck_parameter *parameter, int workers);

#endif
