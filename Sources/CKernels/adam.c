#include "include/ck_adam.h"

#include <math.h>

#include "blocks.h"
#include "include/ck_threads.h"

enum { BLOCK = 65536 };

typedef struct {
  const ck_adam *c;
  const float *gradient;
  float *weights, *first, *second;
  long count;
  float rate, root;
} adam_pass;

CK_LOOP(
    void, update,
    (const ck_adam *c, float rate, float root, const float *restrict gradient, float *restrict weights,
     float *restrict first, float *restrict second, long count),
    (c, rate, root, gradient, weights, first, second, count)) {
  for (long i = 0; i < count; i++) {
    first[i] = c->beta1 * first[i] + (1 - c->beta1) * gradient[i];
    second[i] = c->beta2 * second[i] + (1 - c->beta2) * gradient[i] * gradient[i];
    weights[i] -= rate * first[i] / (sqrtf(second[i]) * root + c->epsilon);
  }
}

static void update_block(void *context, int index, int worker) {
  (void)worker;
  const adam_pass *pass = context;
  long start = (long)index * BLOCK, count = pass->count - start < BLOCK ? pass->count - start : BLOCK;
  update(
      pass->c, pass->rate, pass->root, pass->gradient + start, pass->weights + start, pass->first + start,
      pass->second + start, count);
}

void ck_adam_update(
    const ck_adam *c, const float *gradient, float *weights, float *first_moment, float *second_moment, long count,
    int workers) {
  float rate = (float)(c->learning_rate / (1 - pow(c->beta1, (double)c->step)));
  float root = (float)(1 / sqrt(1 - pow(c->beta2, (double)c->step)));
  adam_pass pass = {.c = c, .gradient = gradient, .weights = weights, .first = first_moment, .second = second_moment,
                    .count = count, .rate = rate, .root = root};
  ck_parallel_for((int)((count + BLOCK - 1) / BLOCK), workers, update_block, &pass);
}
