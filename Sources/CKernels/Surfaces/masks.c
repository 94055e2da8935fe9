#include "masks.h"

#include <string.h>

// The bits of eight labels that equal `label` (a byte repeated eight times).
static uint64_t equal_bits(const uint8_t *labels, uint64_t label) {
  const uint64_t low = 0x7f7f7f7f7f7f7f7fu;
  uint64_t word;
  memcpy(&word, labels, sizeof word);
  word ^= label;
  // The high bit of each byte that is 0, then these bits side by side.
  uint64_t zero = ~(((word & low) + low) | word | low);
  return (zero >> 7) * 0x0102040810204080u >> 56;
}

static void pack_row(const uint8_t *labels, int lower, int upper, uint8_t label, uint64_t *row) {
  const uint64_t repeated = 0x0101010101010101u * label;
  int i = lower;
  for (; i < upper && (i & 7); i++) row[i >> 6] |= (uint64_t)(labels[i] == label) << (i & 63);
  for (; i + 8 <= upper; i += 8) row[i >> 6] |= equal_bits(labels + i, repeated) << (i & 63);
  for (; i < upper; i++) row[i >> 6] |= (uint64_t)(labels[i] == label) << (i & 63);
}

void ck_mask_pack(
    const ck_mask_shape *s, const ck_mask_source *source, const uint8_t *labels, uint8_t label, uint64_t *mask) {
  memset(mask, 0, mask_words(s) * sizeof *mask);
  for (int k = source->lower[2]; k < source->upper[2]; k++)
    for (int j = source->lower[1]; j < source->upper[1]; j++) {
      ptrdiff_t row = ((ptrdiff_t)(source->origin[2] + k) * source->height + source->origin[1] + j) * source->width;
      pack_row(labels + row + source->origin[0], source->lower[0], source->upper[0], label, mask + mask_row(s, j, k));
    }
}

// The bits of the voxels after those of a word, within their row.
static uint64_t next(const uint64_t *row, int w, int words) {
  return row[w] >> 1 | (w + 1 < words ? row[w + 1] << 63 : 0);
}

// Inside the mask, or ignored.
static uint64_t covered(const uint64_t *mask, const uint64_t *ignored, size_t word) {
  return mask[word] | (ignored ? ignored[word] : 0);
}

static uint64_t boundary_word(
    const ck_mask_shape *s, const uint64_t *mask, const uint64_t *ignored, bool is_plane, size_t row, int w) {
  size_t here = row + w, line = s->words, plane = (size_t)s->height * s->words;
  uint64_t before = w > 0 ? covered(mask, ignored, here - 1) >> 63 : 0;
  uint64_t after = w + 1 < s->words ? covered(mask, ignored, here + 1) << 63 : 0;
  uint64_t middle = covered(mask, ignored, here);
  uint64_t inside = (middle << 1 | before) & (middle >> 1 | after) & covered(mask, ignored, here - line) &
                    covered(mask, ignored, here + line);
  if (!is_plane) inside &= covered(mask, ignored, here - plane) & covered(mask, ignored, here + plane);
  return mask[here] & ~inside;
}

void ck_mask_boundary(
    const ck_mask_shape *s, const uint64_t *mask, const uint64_t *ignored, bool is_plane, uint64_t *boundary) {
  memset(boundary, 0, mask_words(s) * sizeof *boundary);
  int edge = is_plane ? 0 : 1;
  for (int k = edge; k < s->depth - edge; k++)
    for (int j = 1; j < s->height - 1; j++)
      for (int w = 0; w < s->words; w++) {
        size_t row = mask_row(s, j, k);
        if (mask[row + w]) boundary[row + w] = boundary_word(s, mask, ignored, is_plane, row, w);
      }
}

typedef struct {
  uint64_t any, all;
} corner_bits;

// Of the eight (four) voxels at each corner of a word: whether any is set, and whether all are.
static corner_bits corners_of(const ck_mask_shape *s, const uint64_t *mask, bool is_plane, size_t row, int w) {
  corner_bits bits = {0, ~0ull};
  size_t line = s->words, plane = (size_t)s->height * s->words;
  for (int dk = 0; dk < (is_plane ? 1 : 2); dk++)
    for (int dj = 0; dj < 2; dj++) {
      const uint64_t *voxels = mask + row + dk * plane + dj * line;
      uint64_t here = voxels[w], right = next(voxels, w, s->words);
      bits.any |= here | right;
      bits.all &= here & right;
    }
  return bits;
}

void ck_mask_corners(
    const ck_mask_shape *s, const uint64_t *mask, const uint64_t *ignored, bool is_plane, uint64_t *corners) {
  memset(corners, 0, mask_words(s) * sizeof *corners);
  for (int k = 0; k < s->depth - (is_plane ? 0 : 1); k++)
    for (int j = 0; j < s->height - 1; j++)
      for (int w = 0; w < s->words; w++) {
        size_t row = mask_row(s, j, k);
        corner_bits bits = corners_of(s, mask, is_plane, row, w);
        uint64_t found = bits.any & ~bits.all;
        if (found && ignored) found &= ~corners_of(s, ignored, is_plane, row, w).any;
        corners[row + w] = found;
      }
}

static uint8_t code(const ck_mask_shape *s, const uint64_t *row, bool is_plane, int i) {
  size_t line = s->words, plane = (size_t)s->height * s->words;
  unsigned result = 0;
  for (int dk = 0; dk < (is_plane ? 1 : 2); dk++)
    for (int dj = 0; dj < 2; dj++)
      for (int di = 0; di < 2; di++)
        result |= (unsigned)mask_bit(row + dk * plane + dj * line, i + di) << (4 * dk + 2 * dj + di);
  return (uint8_t)result;
}

void ck_mask_codes(
    const ck_mask_shape *s, const uint64_t *mask, const uint64_t *corners, bool is_plane, uint8_t *codes) {
  for (int k = 0; k < s->depth; k++)
    for (int j = 0; j < s->height; j++) {
      size_t row = mask_row(s, j, k);
      for (int w = 0; w < s->words; w++)
        for (uint64_t left = corners[row + w]; left; left &= left - 1)
          *codes++ = code(s, mask + row, is_plane, 64 * w + __builtin_ctzll(left));
    }
}

size_t ck_mask_count(const ck_mask_shape *s, const uint64_t *mask) {
  size_t count = 0;
  for (size_t word = 0; word < mask_words(s); word++) count += (size_t)__builtin_popcountll(mask[word]);
  return count;
}
