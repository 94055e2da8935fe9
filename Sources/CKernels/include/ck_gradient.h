// Where a backward pass writes the gradient of an input.
#ifndef CK_GRADIENT_H
#define CK_GRADIENT_H

#include <stdbool.h>

// The gradient of a tensor, in the tensor's layout. NULL: it is left out; `adds`: it is added to what is there.
typedef struct {
  float *values;
  bool adds;
} ck_gradient;

#endif
