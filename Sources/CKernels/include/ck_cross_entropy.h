// Softmax and the cross-entropy of it, a pixel at a time.
#ifndef CK_CROSS_ENTROPY_H
#define CK_CROSS_ENTROPY_H

#include <stddef.h>
#include <stdint.h>

// Pixels with this label count neither in the loss nor in its gradient.
enum { CK_IGNORED_LABEL = 255 };

// The sums over the counted pixels.
typedef struct {
  double loss;
  long pixels;
} ck_cross_entropy_sum;

// Shapes. Logits and gradient: [pixels, classes]; labels: [pixels], below `classes` or ignored.
// Returns the sum of -log softmax(logits)[label] and the pixels counted; writes the gradient of the mean, unless NULL.
// Partial sums in `scratch`, of the size below in doubles, are added up in order.
size_t ck_cross_entropy_scratch(long pixels);
ck_cross_entropy_sum ck_cross_entropy(
    const float *logits, const uint8_t *labels, long pixels, int classes, float *gradient, double *scratch,
    int workers);

// probabilities += weight * softmax(logits), each of shape [pixels, classes].
void ck_add_softmax(const float *logits, long pixels, int classes, float weight, float *probabilities, int workers);

#endif
