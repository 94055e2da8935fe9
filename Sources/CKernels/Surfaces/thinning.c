// A voxel goes if the object keeps its parts, tunnels and cavities without it, and it is no end of a line. The voxels on one
// side of the object go at a time: all that may go are found first, then checked again one after the other.
//
// A neighbourhood is 27 bits: bit x + 3 y + 9 z for the voxel at (x - 1, y - 1, z - 1) from the centre.
#include "include/ck_thinning.h"

enum { NEIGHBOURS = 27, CENTRE = 13 };

typedef struct {
  // The neighbours (26 of a voxel) of each voxel of the neighbourhood that are in it too, without the centre.
  uint32_t adjacent[NEIGHBOURS];
  // The other voxels at each of the centre's 8 corners, 12 edges and 6 faces.
  uint32_t corners[8], edges[12], faces[6];
  ptrdiff_t steps[NEIGHBOURS];
} neighbourhood;

static uint32_t bit(int x, int y, int z) { return 1u << (x + 3 * y + 9 * z); }

static bool touches(int a, int b) { return a - b <= 1 && b - a <= 1; }

static void add_adjacent(neighbourhood *n) {
  for (int a = 0; a < NEIGHBOURS; a++) {
    n->adjacent[a] = 0;
    for (int b = 0; b < NEIGHBOURS; b++)
      if (a != b && b != CENTRE && touches(a % 3, b % 3) && touches(a / 3 % 3, b / 3 % 3) && touches(a / 9, b / 9))
        n->adjacent[a] |= 1u << b;
  }
}

// The voxels that share a part of the centre's cube with it: along each axis those at `low` and `high`, 0 to 2.
static uint32_t sharing(const int low[3], const int high[3]) {
  uint32_t bits = 0;
  for (int z = low[2]; z <= high[2]; z++)
    for (int y = low[1]; y <= high[1]; y++)
      for (int x = low[0]; x <= high[0]; x++) bits |= bit(x, y, z);
  return bits & ~(1u << CENTRE);
}

// A part of the cube lies, along each axis, at its lower side (0), across it (1) or at its upper side (2).
static void add_parts(neighbourhood *n) {
  int corners = 0, edges = 0, faces = 0;
  for (int part = 0; part < NEIGHBOURS; part++) {
    const int at[3] = {part % 3, part / 3 % 3, part / 9};
    int low[3], high[3], across = 0;
    for (int axis = 0; axis < 3; axis++) {
      low[axis] = at[axis] == 0 ? 0 : 1, high[axis] = at[axis] == 2 ? 2 : 1;
      across += at[axis] == 1;
    }
    if (across == 0) n->corners[corners++] = sharing(low, high);
    if (across == 1) n->edges[edges++] = sharing(low, high);
    if (across == 2) n->faces[faces++] = sharing(low, high);
  }
}

static uint32_t read(const neighbourhood *n, const uint8_t *voxel) {
  uint32_t bits = 0;
  for (int i = 0; i < NEIGHBOURS; i++) bits |= (uint32_t)voxel[n->steps[i]] << i;
  return bits & ~(1u << CENTRE);
}

static int without(const uint32_t *parts, int count, uint32_t bits) {
  int lost = 0;
  for (int i = 0; i < count; i++) lost += !(parts[i] & bits);
  return lost;
}

// Whether the object's Euler number stays without the centre: corners - edges + faces - cubes of the union of the
// voxels' cubes.
static bool keeps_euler_number(const neighbourhood *n, uint32_t bits) {
  return without(n->corners, 8, bits) - without(n->edges, 12, bits) + without(n->faces, 6, bits) == 1;
}

// Whether the neighbours are connected without the centre.
static bool is_connected(const neighbourhood *n, uint32_t bits) {
  uint32_t reached = 0, front = bits & (0 - bits);
  while (front) {
    reached |= front;
    uint32_t next = 0;
    for (uint32_t left = front; left; left &= left - 1) next |= n->adjacent[__builtin_ctz(left)];
    front = next & bits & ~reached;
  }
  return reached == bits;
}

static bool may_go(const neighbourhood *n, uint32_t bits) {
  return (bits & (bits - 1)) && keeps_euler_number(n, bits) && is_connected(n, bits);
}

// Removes what may go on the side of the object towards `step`; returns whether anything did.
static bool thin_side(
    const neighbourhood *n, uint8_t *voxels, ptrdiff_t step, size_t *object, size_t *count, size_t *candidates) {
  size_t found = 0, left = 0;
  for (size_t i = 0; i < *count; i++) {
    const uint8_t *voxel = voxels + object[i];
    if (!voxel[step] && may_go(n, read(n, voxel))) candidates[found++] = object[i];
  }
  size_t removed = 0;
  for (size_t i = 0; i < found && removed + 1 < *count; i++) {
    uint8_t *voxel = voxels + candidates[i];
    if (!is_connected(n, read(n, voxel))) continue;
    *voxel = 0, removed++;
  }
  for (size_t i = 0; removed > 0 && i < *count; i++)
    if (voxels[object[i]]) object[left++] = object[i];
  *count -= removed;
  return removed > 0;
}

size_t ck_thin(uint8_t *voxels, int width, int height, bool is_plane, size_t *object, size_t count) {
  neighbourhood n;
  const int side_count = is_plane ? 4 : 6;
  ptrdiff_t line = width, plane = (ptrdiff_t)width * height;
  for (int i = 0; i < NEIGHBOURS; i++) n.steps[i] = (i % 3 - 1) + (i / 3 % 3 - 1) * line + (i / 9 - 1) * plane;
  add_adjacent(&n);
  add_parts(&n);
  const ptrdiff_t sides[6] = {-line, line, 1, -1, plane, -plane};
  size_t *candidates = object + count;
  for (int unchanged = 0; unchanged < side_count;) {
    unchanged = 0;
    for (int side = 0; side < side_count; side++)
      unchanged += !thin_side(&n, voxels, sides[side], object, &count, candidates);
  }
  return count;
}
