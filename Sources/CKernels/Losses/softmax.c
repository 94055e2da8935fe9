#include "include/ck_softmax.h"

#include "include/ck_labels.h"
#include "include/ck_threads.h"
#include "pixel_blocks.h"
#include "softmax.h"

typedef struct {
  const float *logits;
  long pixels;
  int classes;
  float weight;
  float *probabilities;
} softmax_sum;

static void softmax_block(void *context, int index, int worker) {
  (void)worker;
  const softmax_sum *s = context;
  for (long p = block_start(index); p < block_end(s->pixels, index); p++) {
    const float *logits = s->logits + p * s->classes;
    float exponentials[CK_MOST_CLASSES];
    float sum = exponential_sum(logits, s->classes, largest_of(logits, s->classes), exponentials);
    for (int i = 0; i < s->classes; i++)
      s->probabilities[p * s->classes + i] += s->weight * (exponentials[i] / sum);
  }
}

void ck_add_softmax(const float *logits, long pixels, int classes, float weight, float *probabilities, int workers) {
  softmax_sum s = {
      .logits = logits, .pixels = pixels, .classes = classes, .weight = weight, .probabilities = probabilities};
  ck_parallel_for(pixel_blocks(pixels), workers, softmax_block, &s);
}
