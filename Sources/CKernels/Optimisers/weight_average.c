#include "include/ck_weight_average.h"

#include "include/ck_threads.h"
#include "targets.h"

enum { BLOCK = 65536 };

typedef struct {
  float *averages;
  const float *numbers;
  long count;
  float share;
} average_pass;

CK_LOOP(
    void, average, (float *restrict averages, const float *restrict numbers, long count, float share),
    (averages, numbers, count, share)) {
  for (long i = 0; i < count; i++) averages[i] += share * (numbers[i] - averages[i]);
}

static void average_block(void *context, int index, int worker) {
  (void)worker;
  const average_pass *pass = context;
  long start = (long)index * BLOCK;
  long count = pass->count - start < BLOCK ? pass->count - start : BLOCK;
  average(pass->averages + start, pass->numbers + start, count, pass->share);
}

void ck_average(float *averages, const float *numbers, long count, float share, int workers) {
  average_pass pass = {.averages = averages, .numbers = numbers, .count = count, .share = share};
  ck_parallel_for((int)((count + BLOCK - 1) / BLOCK), workers, average_block, &pass);
}
