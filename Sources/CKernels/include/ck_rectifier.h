// The gradient of the rectifier, which multiplies by a slope below 0 (0: max(0, x)); the rectifier itself is done where
// its input is computed.
#ifndef CK_RECTIFIER_H
#define CK_RECTIFIER_H

#include <stddef.h>

// Turns the output's gradient into the input's in place: times the slope where the output is not above 0.
void ck_rectifier_backward(const float *output, float *gradient, size_t count, float slope, int workers);

#endif
