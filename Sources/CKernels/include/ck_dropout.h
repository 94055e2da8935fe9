// Dropout: numbers are set to 0 at random, the others scaled so that their mean stays.
#ifndef CK_DROPOUT_H
#define CK_DROPOUT_H

#include <stddef.h>
#include <stdint.h>

// Number i of `count` is dropped where word i of the stream is below rate * 2^32. The stream is Philox 4x32-10 (Salmon
// et al., SC 2011) under the key `seed`, whose counter is the block of four words and, in its upper half, `stream`: the
// words of PhiloxGenerator in order. They are drawn again wherever they are needed.
typedef struct {
  size_t count;
  double rate;  // 0..<1
  uint64_t seed, stream;
  int workers;
} ck_dropout;

// Writes from[i] / (1 - rate), or 0; `to` may be `from`. The gradient goes the same way.
void ck_dropout_apply(const ck_dropout *c, const float *from, float *to);

#endif
