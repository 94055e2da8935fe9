#include "include/ck_residual_sum.h"

#include "blocks.h"
#include "include/ck_threads.h"

enum { BLOCK = 16384 };

typedef struct {
  const ck_residual_sum *c;
  const float *a, *b;
  ck_gradient to[2];
} sum_pass;

static int blocks(const ck_residual_sum *c) { return (int)((c->count + BLOCK - 1) / BLOCK); }

static size_t length(const ck_residual_sum *c, size_t first) {
  return c->count - first < BLOCK ? c->count - first : BLOCK;
}

CK_LOOP(
    void, add_up, (const float *restrict a, const float *restrict b, size_t count, float slope, float *restrict to),
    (a, b, count, slope, to)) {
  for (size_t i = 0; i < count; i++) {
    float sum = a[i] + b[i];
    to[i] = sum < 0 ? slope * sum : sum;
  }
}

CK_LOOP(
    void, hand_on,
    (const float *restrict output, const float *restrict gradient, size_t count, float slope, bool adds,
     float *restrict to),
    (output, gradient, count, slope, adds, to)) {
  for (size_t i = 0; i < count; i++) to[i] = (adds ? to[i] : 0) + (output[i] > 0 ? gradient[i] : slope * gradient[i]);
}

static void forward_block(void *context, int index, int worker) {
  (void)worker;
  const sum_pass *pass = context;
  size_t first = (size_t)index * BLOCK;
  add_up(pass->a + first, pass->b + first, length(pass->c, first), pass->c->slope, pass->to[0].values + first);
}

void ck_residual_sum_forward(const ck_residual_sum *c, const float *a, const float *b, float *output) {
  sum_pass pass = {.c = c, .a = a, .b = b, .to = {{.values = output}}};
  ck_parallel_for(blocks(c), c->workers, forward_block, &pass);
}

static void backward_block(void *context, int index, int worker) {
  (void)worker;
  const sum_pass *pass = context;
  size_t first = (size_t)index * BLOCK;
  for (int i = 0; i < 2; i++)
    if (pass->to[i].values)
      hand_on(
          pass->a + first, pass->b + first, length(pass->c, first), pass->c->slope, pass->to[i].adds,
          pass->to[i].values + first);
}

void ck_residual_sum_backward(
    const ck_residual_sum *c, const float *output, const float *output_gradient, ck_gradient gradient_a,
    ck_gradient gradient_b) {
  sum_pass pass = {.c = c, .a = output, .b = output_gradient, .to = {gradient_a, gradient_b}};
  ck_parallel_for(blocks(c), c->workers, backward_block, &pass);
}
