#include "include/ck_rectifier.h"

#include "blocks.h"
#include "include/ck_threads.h"

enum { BLOCK = 16384 };

typedef struct {
  const float *from;
  float *to;
  size_t count;
  float slope;
} job;

static size_t length(const job *j, int index) {
  size_t first = (size_t)index * BLOCK;
  return j->count - first < BLOCK ? j->count - first : BLOCK;
}

CK_LOOP(
    void, turn, (const float *restrict output, float *restrict gradient, size_t count, float slope),
    (output, gradient, count, slope)) {
  for (size_t i = 0; i < count; i++) gradient[i] *= output[i] > 0 ? 1 : slope;
}

static void backward_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  turn(j->from + (size_t)index * BLOCK, j->to + (size_t)index * BLOCK, length(j, index), j->slope);
}

void ck_rectifier_backward(const float *output, float *gradient, size_t count, float slope, int workers) {
  job j = {output, gradient, count, slope};
  ck_parallel_for((int)((count + BLOCK - 1) / BLOCK), workers, backward_block, &j);
}
