// The moving average of weights.
#ifndef CK_WEIGHT_AVERAGE_H
#define CK_WEIGHT_AVERAGE_H

// Moves `count` averages by a share of their distance towards the numbers.
void ck_average(float *averages, const float *numbers, long count, float share, int workers);

#endif
