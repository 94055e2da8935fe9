// Losses of numbers against numbers: means over all that count. A target that is not a number (NaN) does not count.
#ifndef CK_VALUE_LOSSES_H
#define CK_VALUE_LOSSES_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  CK_SQUARED_ERROR,          // (x - t)^2
  CK_ABSOLUTE_ERROR,         // |x - t|; its gradient at 0 is 0
  CK_SIGMOID_CROSS_ENTROPY,  // -t log s(x) - (1 - t) log(1 - s(x)), t in 0...1
} ck_value_loss_kind;

typedef struct {
  size_t count;
  ck_value_loss_kind kind;
  int32_t workers;
} ck_value_losses;

typedef struct {
  double loss;    // the sum over what counts
  size_t values;  // how many count
} ck_value_loss_sum;

// Doubles of scratch memory.
size_t ck_value_losses_scratch(const ck_value_losses *c);

// The sum of the losses; writes the gradient of their mean unless it is NULL, 0 where a target does not count.
ck_value_loss_sum ck_value_loss(
    const ck_value_losses *c, const float *output, const float *target, float *gradient, double *scratch);

#endif
