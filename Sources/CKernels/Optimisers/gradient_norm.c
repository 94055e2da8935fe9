#include "include/ck_gradient_norm.h"

#include "include/ck_threads.h"
#include "targets.h"

enum { BLOCK = 65536, LANES = 16 };

typedef struct {
  const float *numbers;
  double *partials;
  long count;
} norm_pass;

CK_LOOP(double, sum_block, (const float *restrict numbers, long count), (numbers, count)) {
  double lanes[LANES] = {0};
  long whole = count / LANES * LANES;
  for (long i = 0; i < whole; i += LANES)
    for (int lane = 0; lane < LANES; lane++) lanes[lane] += (double)numbers[i + lane] * numbers[i + lane];
  for (long i = whole; i < count; i++) lanes[i - whole] += (double)numbers[i] * numbers[i];
  for (int width = LANES / 2; width > 0; width /= 2)
    for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
  return lanes[0];
}

static void sum_squares_of_block(void *context, int index, int worker) {
  (void)worker;
  const norm_pass *pass = context;
  long start = (long)index * BLOCK;
  long count = pass->count - start < BLOCK ? pass->count - start : BLOCK;
  pass->partials[index] = sum_block(pass->numbers + start, count);
}

long ck_norm_blocks(long count) { return (count + BLOCK - 1) / BLOCK; }

void ck_sum_squares(const float *numbers, long count, double *partials, int workers) {
  norm_pass pass = {.numbers = numbers, .partials = partials, .count = count};
  ck_parallel_for((int)ck_norm_blocks(count), workers, sum_squares_of_block, &pass);
}

double ck_sum_partials(double *partials, long count) {
  for (long step = 1; step < count; step *= 2)
    for (long i = 0; i + step < count; i += 2 * step) partials[i] += partials[i + step];
  return count > 0 ? partials[0] : 0;
}
