// Random words, many at a time: Philox 4x32-10 (Salmon et al., SC 2011), the same words as PhiloxGenerator's.
#ifndef PHILOX_H
#define PHILOX_H

#include <stdint.h>

#include "targets.h"

// The blocks of four words that are drawn together.
enum { CK_PHILOX_BLOCKS = 16 };

// words[i][n]: word i of block first + n, under the key `seed` and the counter's upper half `stream`.
CK_INLINE void ck_philox(uint64_t seed, uint64_t stream, uint64_t first, uint32_t words[4][CK_PHILOX_BLOCKS]) {
  uint32_t *x = words[0], *y = words[1], *z = words[2], *w = words[3];
  uint32_t key = (uint32_t)seed, other_key = (uint32_t)(seed >> 32);
  for (int i = 0; i < CK_PHILOX_BLOCKS; i++) {
    x[i] = (uint32_t)(first + i), y[i] = (uint32_t)((first + i) >> 32);
    z[i] = (uint32_t)stream, w[i] = (uint32_t)(stream >> 32);
  }
  for (int round = 0; round < 10; round++, key += 0x9E3779B9, other_key += 0xBB67AE85)
    for (int i = 0; i < CK_PHILOX_BLOCKS; i++) {
      uint64_t low = (uint64_t)x[i] * 0xD2511F53, high = (uint64_t)z[i] * 0xCD9E8D57;
      x[i] = (uint32_t)(high >> 32) ^ y[i] ^ key, y[i] = (uint32_t)high;
      z[i] = (uint32_t)(low >> 32) ^ w[i] ^ other_key, w[i] = (uint32_t)low;
    }
}

#endif
