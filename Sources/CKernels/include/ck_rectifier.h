// The gradient of the rectifier max(0, x); the rectifier itself is done where its input is computed.
#ifndef CK_RECTIFIER_H
#define CK_RECTIFIER_H

#include <stddef.h>

// Turns the output's gradient into the input's where it stands: 0 where the output is.
void ck_rectifier_backward(const float *output, float *gradient, size_t count, int workers);

#endif
