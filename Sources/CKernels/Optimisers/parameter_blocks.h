// How the step of an optimiser is shared among threads.
#ifndef PARAMETER_BLOCKS_H
#define PARAMETER_BLOCKS_H

#include "include/ck_optimisers.h"
#include "targets.h"

// A step with an optimiser's numbers on a part of a parameter's arrays.
typedef void (*ck_step)(const void *numbers, ck_parameter part);

// Does a step on every number of a parameter, in blocks.
void ck_step_in_blocks(ck_step step, const void *numbers, const ck_parameter *parameter, int workers);

// The gradient with the decay of L2 regularisation; to the bit the gradient itself where the decay is 0.
CK_INLINE float ck_decayed(float gradient, float weight, float decay) {
  return decay == 0 ? gradient : gradient + decay * weight;
}

#endif
