// One step of Adam. Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
#ifndef CK_ADAM_H
#define CK_ADAM_H

// `step` counts from 1.
typedef struct {
  float learning_rate, beta1, beta2, epsilon;
  long step;
} ck_adam;

// Updates weights and both moments, each of `count` floats, from the gradient.
void ck_adam_update(
    const ck_adam *c, const float *gradient, float *weights, float *first_moment, float *second_moment, long count,
    int workers);

#endif
