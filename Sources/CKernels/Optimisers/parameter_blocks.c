#include "parameter_blocks.h"

#include "include/ck_threads.h"

enum { BLOCK = 65536 };

typedef struct {
  ck_step step;
  const void *numbers;
  const ck_parameter *parameter;
} step_pass;

static void step_block(void *context, int index, int worker) {
  (void)worker;
  const step_pass *pass = context;
  long start = (long)index * BLOCK;
  ck_parameter part = *pass->parameter;
  part.gradient += start;
  part.weights += start;
  if (part.first) part.first += start;
  if (part.second) part.second += start;
  part.count = part.count - start < BLOCK ? part.count - start : BLOCK;
  pass->step(pass->numbers, part);
}

void ck_step_in_blocks(ck_step step, const void *numbers, const ck_parameter *parameter, int workers) {
  step_pass pass = {.step = step, .numbers = numbers, .parameter = parameter};
  ck_parallel_for((int)((parameter->count + BLOCK - 1) / BLOCK), workers, step_block, &pass);
}
