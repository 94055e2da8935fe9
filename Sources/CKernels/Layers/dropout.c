#include "include/ck_dropout.h"

#include "blocks.h"
#include "include/ck_threads.h"
#include "philox.h"

// Philox's blocks of four words that are drawn together, and the floats of a piece of work.
enum { TOGETHER = CK_PHILOX_BLOCKS, WORDS = 4 * TOGETHER, BLOCK = 256 * WORDS };

typedef struct {
  const ck_dropout *c;
  const float *from;
  float *to;
} dropout_pass;

// Words 4 * first..<4 * (first + TOGETHER) of the stream.
CK_INLINE void draw(uint64_t seed, uint64_t stream, uint64_t first, uint32_t *restrict words) {
  uint32_t drawn[4][TOGETHER];
  ck_philox(seed, stream, first, drawn);
  for (int i = 0; i < TOGETHER; i++)
    for (int word = 0; word < 4; word++) words[4 * i + word] = drawn[word][i];
}

CK_LOOP(
    void, drop, (const ck_dropout *c, size_t first, size_t count, const float *from, float *to),
    (c, first, count, from, to)) {
  uint32_t words[WORDS], threshold = (uint32_t)(c->rate * 0x1p32);
  float scale = (float)(1 / (1 - c->rate));
  for (size_t at = 0; at < count; at += WORDS) {
    size_t some = count - at < WORDS ? count - at : WORDS;
    draw(c->seed, c->stream, (first + at) / 4, words);
    for (size_t i = 0; i < some; i++) to[at + i] = words[i] < threshold ? 0 : from[at + i] * scale;
  }
}

static void drop_block(void *context, int index, int worker) {
  (void)worker;
  const dropout_pass *pass = context;
  size_t first = (size_t)index * BLOCK, left = pass->c->count - first;
  drop(pass->c, first, left < BLOCK ? left : BLOCK, pass->from + first, pass->to + first);
}

void ck_dropout_apply(const ck_dropout *c, const float *from, float *to) {
  dropout_pass pass = {c, from, to};
  ck_parallel_for((int)((c->count + BLOCK - 1) / BLOCK), c->workers, drop_block, &pass);
}
