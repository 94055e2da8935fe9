// The label that most of the 8 neighbours have, by their shares.
#ifndef VOTES_H
#define VOTES_H

#include "include/ck_picking.h"
#include "targets.h"

// The two shares along each axis; `nearest` is the neighbour 4 z + 2 y + x that is the nearest sample.
CK_INLINE uint8_t ck_elected(const uint8_t labels[8], const uint32_t shares[3], int nearest) {
  uint64_t share[8], x = shares[0], y = shares[1], z = shares[2];
  for (int n = 0; n < 8; n++)
    share[n] = (n & 1 ? x : CK_WHOLE_SHARE - x) * (n & 2 ? y : CK_WHOLE_SHARE - y) * (n & 4 ? z : CK_WHOLE_SHARE - z);
  uint8_t elected = labels[nearest];
  uint64_t most = 0;
  for (int n = 0; n < 8; n++) most += labels[n] == elected ? share[n] : 0;
  if (2 * most >= (uint64_t)CK_WHOLE_SHARE * CK_WHOLE_SHARE * CK_WHOLE_SHARE) return elected;
  for (int n = 0; n < 8; n++) {
    uint64_t sum = 0;
    for (int m = 0; m < 8; m++) sum += labels[m] == labels[n] ? share[m] : 0;
    if (sum > most || (sum == most && elected != labels[nearest] && labels[n] < elected))
      elected = labels[n], most = sum;
  }
  return elected;
}

#endif
