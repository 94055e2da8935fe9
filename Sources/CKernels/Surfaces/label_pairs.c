// Label maps consist of runs of equal labels: a run is counted at once.
#include "include/ck_label_pairs.h"

#include <string.h>

#include "include/ck_labels.h"

enum { LABELS = 256 };

static void clear(ck_label_place *places) {
  for (int label = 0; label < LABELS; label++)
    for (int axis = 0; axis < 3; axis++)
      places[label].lower[axis] = INT32_MAX, places[label].upper[axis] = -1, places[label].sum[axis] = 0;
}

// Adds the voxels of a row from `first` up to `last`.
static void add_run(ck_label_place *place, int first, int last, int j, int k) {
  int64_t count = last - first + 1;
  const int lower[3] = {first, j, k}, upper[3] = {last, j, k};
  for (int axis = 0; axis < 3; axis++) {
    if (lower[axis] < place->lower[axis]) place->lower[axis] = lower[axis];
    if (upper[axis] > place->upper[axis]) place->upper[axis] = upper[axis];
    place->sum[axis] += count * (lower[axis] + upper[axis]) / 2;
  }
}

static uint64_t eight_bytes(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

// The end of the run of equal pairs that begins at `first`.
static int run_end(const uint8_t *reference, const uint8_t *prediction, int first, int width) {
  const uint64_t each = 0x0101010101010101u;
  uint8_t r = reference[first], p = prediction[first];
  int end = first + 1;
  while (end + 8 <= width && eight_bytes(reference + end) == each * r && eight_bytes(prediction + end) == each * p)
    end += 8;
  while (end < width && reference[end] == r && prediction[end] == p) end++;
  return end;
}

void ck_count_label_pairs(const ck_label_pairs *p) {
  memset(p->pairs, 0, sizeof(int64_t) * LABELS * LABELS);
  clear(p->reference_places);
  clear(p->prediction_places);
  for (int k = 0; k < p->depth; k++)
    for (int j = 0; j < p->height; j++) {
      size_t row = ((size_t)k * p->height + j) * p->width;
      const uint8_t *reference = p->reference + row, *prediction = p->prediction + row;
      for (int first = 0; first < p->width;) {
        int end = run_end(reference, prediction, first, p->width);
        uint8_t r = reference[first], predicted = prediction[first];
        p->pairs[r * LABELS + predicted] += end - first;
        if (r != CK_IGNORED_LABEL) {
          add_run(&p->reference_places[r], first, end - 1, j, k);
          add_run(&p->prediction_places[predicted], first, end - 1, j, k);
        }
        first = end;
      }
    }
}
