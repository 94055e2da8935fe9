// Probabilities of classes.
#ifndef CK_SOFTMAX_H
#define CK_SOFTMAX_H

// probabilities += weight * softmax(logits), each of shape [pixels, classes].
void ck_add_softmax(const float *logits, long pixels, int classes, float weight, float *probabilities, int workers);

#endif
