// How an image's values are cut into blocks, and measured one by one.
#ifndef STATISTICS_H
#define STATISTICS_H

#include "include/ck_intensities.h"

// A block is some lines of `period` values, in the first cache together.
size_t ck_values_block(const ck_values *v);
int ck_values_blocks(const ck_values *v);
// The values of a block.
size_t ck_values_in_block(const ck_values *v, int block);

// Measures the values of a block.
void ck_measure_block(const ck_values *v, int block, ck_channel *channels);

// Merges the blocks of [blocks][channels].
void ck_merge_blocks(const ck_values *v, const ck_channel *blocks, ck_channel *channels);

#endif
