// The rectifier max(0, x), in place.
#ifndef CK_RECTIFIER_H
#define CK_RECTIFIER_H

#include <stddef.h>

// output = max(0, input); not-a-number passes.
void ck_rectifier_forward(const float *input, float *output, size_t count, int workers);

// Turns the output's gradient into the input's where it stands: 0 where the output is.
void ck_rectifier_backward(const float *output, float *gradient, size_t count, int workers);

#endif
