// The copy of a box on the calling thread.
#ifndef REARRANGEMENT_H
#define REARRANGEMENT_H

#include "include/ck_rearrangement.h"

void ck_copy_box(const ck_rearrangement *r, const char *from, char *to);

// The axis along which the elements of `from` lie beside each other, in either direction; 0 where there is none.
int ck_compact_axis(const ck_rearrangement *r);

#endif
