#include "include/ck_rectifier.h"

#include "blocks.h"
#include "include/ck_threads.h"

enum { BLOCK = 16384 };

typedef struct {
  const float *from;
  float *to;
  size_t count;
  float slope;
} rectifier_pass;

static size_t length(const rectifier_pass *pass, int index) {
  size_t first = (size_t)index * BLOCK;
  return pass->count - first < BLOCK ? pass->count - first : BLOCK;
}

CK_LOOP(
    void, turn, (const float *restrict output, float *restrict gradient, size_t count, float slope),
    (output, gradient, count, slope)) {
  for (size_t i = 0; i < count; i++) gradient[i] *= output[i] > 0 ? 1 : slope;
}

static void backward_block(void *context, int index, int worker) {
  (void)worker;
  const rectifier_pass *pass = context;
  turn(pass->from + (size_t)index * BLOCK, pass->to + (size_t)index * BLOCK, length(pass, index), pass->slope);
}

void ck_rectifier_backward(const float *output, float *gradient, size_t count, float slope, int workers) {
  rectifier_pass pass = {.from = output, .to = gradient, .count = count, .slope = slope};
  ck_parallel_for((int)((count + BLOCK - 1) / BLOCK), workers, backward_block, &pass);
}
