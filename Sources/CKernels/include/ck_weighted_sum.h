// The weighted sum of tensors, a term at a time.
#ifndef CK_WEIGHTED_SUM_H
#define CK_WEIGHTED_SUM_H

#include <stddef.h>

// sum *= weight.
void ck_scale(float *sum, float weight, size_t count, int workers);

// sum += weight * term, of another memory.
void ck_add_scaled(float *sum, const float *term, float weight, size_t count, int workers);

#endif
