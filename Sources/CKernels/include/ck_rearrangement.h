// Boxes of elements stored in another order of the axes, some of them reversed.
#ifndef CK_REARRANGEMENT_H
#define CK_REARRANGEMENT_H

#include <stddef.h>

// Shapes: [counts[2], counts[1], counts[0]] elements of `size` bytes. From and to: how far the elements are apart along
// each axis, in bytes, below 0 where the axis is reversed. `to` is compact along axis 0.
typedef struct {
  int counts[3];
  long from[3], to[3];
  long size;
} ck_rearrangement;

// Copies the elements; `from` and `to` point to the first element.
void ck_rearrange(const ck_rearrangement *r, const void *from, void *to, int workers);

#endif
