#include "pixel_losses.h"

size_t ck_pixel_losses_scratch(const ck_pixel_losses *c) { return (size_t)pixel_blocks(c->pixels); }

static void weigh_block(void *context, int index, int worker) {
  (void)worker;
  const pixel_losses *l = context;
  double sum = 0;
  for (long p = block_start(index); p < block_end(l->c->pixels, index); p++)
    if (l->labels[p] != CK_IGNORED_LABEL) sum += weight_of(l, l->labels[p], p);
  l->sums[index] = sum;
}

static double sum_blocks(pixel_losses *l, ck_body block) {
  double sum = 0;
  ck_parallel_for(pixel_blocks(l->c->pixels), l->c->workers, block, l);
  for (int i = 0; i < pixel_blocks(l->c->pixels); i++) sum += l->sums[i];
  return sum;
}

ck_pixel_loss_sum ck_sum_pixel_losses(pixel_losses l, ck_body block) {
  ck_pixel_loss_sum sum = {.pixels = 0};
  for (long p = 0; p < l.c->pixels; p++) sum.pixels += l.labels[p] != CK_IGNORED_LABEL;
  int is_plain = !l.c->weights.classes && !l.c->weights.pixels;
  sum.weight = is_plain ? (double)sum.pixels : sum_blocks(&l, weigh_block);
  if (!(sum.weight > 0)) sum = (ck_pixel_loss_sum){.pixels = 0};
  l.scale = sum.weight > 0 ? 1.0f / (float)sum.weight : 0;
  sum.loss = sum_blocks(&l, block);
  return sum;
}
