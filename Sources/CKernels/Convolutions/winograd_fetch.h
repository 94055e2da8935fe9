// Fetches what will be transformed while products are computed: transforms alone would wait for the memory.
#ifndef CK_WINOGRAD_FETCH_H
#define CK_WINOGRAD_FETCH_H

#include "winograd_grid.h"

// Fetches a part of some tiles, without the pixels around them, into the cache of the second level. Nothing of slices
// outside the image.
void ck_fetch_tiles(const ck_grid *g, const ck_operand *operand, ck_tile_range tiles, int part, int parts);

#endif
