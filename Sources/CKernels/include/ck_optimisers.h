// What the steps of all optimisers have in common: the arrays of a parameter.
#ifndef CK_OPTIMISERS_H
#define CK_OPTIMISERS_H

// The arrays of one parameter, each of `count` floats. An optimiser that keeps less leaves `second`, or both, alone.
typedef struct {
  const float *gradient;
  float *weights, *first, *second;
  long count;
  // The weight decay: of L2 regularisation, this times the weight is added to the gradient.
  float decay;
} ck_parameter;

#endif
