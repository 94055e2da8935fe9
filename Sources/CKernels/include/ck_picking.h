// The nearest elements, and the class that linear interpolation of each class's share makes the largest, on grids whose
// axes run along each other's.
#ifndef CK_PICKING_H
#define CK_PICKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The share of a whole voxel, in integers, so that equal sums are equal.
enum { CK_WHOLE_SHARE = 1 << 20 };

// Which samples an axis's indices take.
typedef struct {
  // The numbers of samples of the source and of the target.
  int source, target;
  // [target]: the nearest sample.
  const int *nearest;
  // [target][2]: the samples on either side, which may be the same one; unused by ck_pick.
  const int *neighbours;
  // [target]: the second one's share of CK_WHOLE_SHARE; unused by ck_pick.
  const int *shares;
} ck_pick_axis;

// Shapes. Target: [depth, height, width] elements of `size` bytes, compact. Source: any order of the axes.
typedef struct {
  // Along the target's width, height and depth.
  ck_pick_axis axes[3];
  // How far apart, in bytes, the source's elements are along these axes.
  long strides[3];
  long size;
  int workers;
} ck_picking;

// What either needs, in bytes.
size_t ck_picking_scratch(const ck_picking *p);

// The nearest elements.
void ck_pick(const ck_picking *p, const void *source, void *target, void *scratch);

// The labels, of a byte each, with the largest sums of shares among the 8 neighbours: of equal ones the nearest
// sample's, or else the lowest.
void ck_vote(const ck_picking *p, const uint8_t *source, uint8_t *target, void *scratch);

#endif
