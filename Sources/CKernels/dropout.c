#include "include/ck_dropout.h"

#include "blocks.h"
#include "include/ck_threads.h"

// Philox's blocks of four words that are drawn together, and the floats of a piece of work.
enum { TOGETHER = 16, WORDS = 4 * TOGETHER, BLOCK = 256 * WORDS };

typedef struct {
  const ck_dropout *c;
  const float *from;
  float *to;
} job;

// Words 4 * first..<4 * (first + TOGETHER) of the stream.
CK_INLINE void draw(uint64_t seed, uint64_t stream, uint64_t first, uint32_t *restrict words) {
  uint32_t x[TOGETHER], y[TOGETHER], z[TOGETHER], w[TOGETHER];
  uint32_t key = (uint32_t)seed, other_key = (uint32_t)(seed >> 32);
  for (int i = 0; i < TOGETHER; i++) {
    x[i] = (uint32_t)(first + i), y[i] = (uint32_t)((first + i) >> 32);
    z[i] = (uint32_t)stream, w[i] = (uint32_t)(stream >> 32);
  }
  for (int round = 0; round < 10; round++, key += 0x9E3779B9, other_key += 0xBB67AE85)
    for (int i = 0; i < TOGETHER; i++) {
      uint64_t low = (uint64_t)x[i] * 0xD2511F53, high = (uint64_t)z[i] * 0xCD9E8D57;
      x[i] = (uint32_t)(high >> 32) ^ y[i] ^ key, y[i] = (uint32_t)high;
      z[i] = (uint32_t)(low >> 32) ^ w[i] ^ other_key, w[i] = (uint32_t)low;
    }
  for (int i = 0; i < TOGETHER; i++)
    words[4 * i] = x[i], words[4 * i + 1] = y[i], words[4 * i + 2] = z[i], words[4 * i + 3] = w[i];
}

CK_TARGETS static void drop(const ck_dropout *c, size_t first, size_t count, const float *from, float *to) {
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
  const job *j = context;
  size_t first = (size_t)index * BLOCK, left = j->c->count - first;
  drop(j->c, first, left < BLOCK ? left : BLOCK, j->from + first, j->to + first);
}

void ck_dropout_apply(const ck_dropout *c, const float *from, float *to) {
  job j = {c, from, to};
  ck_parallel_for((int)((c->count + BLOCK - 1) / BLOCK), c->workers, drop_block, &j);
}
