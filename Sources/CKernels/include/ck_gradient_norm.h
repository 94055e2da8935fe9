// The length of gradients.
#ifndef CK_GRADIENT_NORM_H
#define CK_GRADIENT_NORM_H

// The blocks that the squares of `count` numbers are summed in.
long ck_norm_blocks(long count);

// Sums the squares of `count` numbers in double precision: partials[i] is the sum of block i.
void ck_sum_squares(const float *numbers, long count, double *partials, int workers);

// The sum of `count` partial sums, in a tree; changes them.
double ck_sum_partials(double *partials, long count);

#endif
