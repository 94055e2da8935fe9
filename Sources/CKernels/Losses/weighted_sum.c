#include "include/ck_weighted_sum.h"

#include "include/ck_threads.h"
#include "targets.h"

enum { BLOCK = 16384 };

typedef struct {
  float *sum;
  const float *term;  // NULL: the sum is scaled
  float weight;
  size_t count;
} weighted_sum;

CK_LOOP(void, scale, (float *sum, float weight, size_t count), (sum, weight, count)) {
  for (size_t i = 0; i < count; i++) sum[i] *= weight;
}

CK_LOOP(
    void, add_scaled, (float *restrict sum, const float *restrict term, float weight, size_t count),
    (sum, term, weight, count)) {
  for (size_t i = 0; i < count; i++) sum[i] += weight * term[i];
}

static void sum_block(void *context, int index, int worker) {
  (void)worker;
  const weighted_sum *s = context;
  size_t first = (size_t)index * BLOCK, count = s->count - first < BLOCK ? s->count - first : BLOCK;
  if (s->term)
    add_scaled(s->sum + first, s->term + first, s->weight, count);
  else
    scale(s->sum + first, s->weight, count);
}

static void run(weighted_sum s, int workers) {
  ck_parallel_for((int)((s.count + BLOCK - 1) / BLOCK), workers, sum_block, &s);
}

void ck_scale(float *sum, float weight, size_t count, int workers) {
  run((weighted_sum){.sum = sum, .weight = weight, .count = count}, workers);
}

void ck_add_scaled(float *sum, const float *term, float weight, size_t count, int workers) {
  run((weighted_sum){.sum = sum, .term = term, .weight = weight, .count = count}, workers);
}
