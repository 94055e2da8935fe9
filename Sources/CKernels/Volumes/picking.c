// Plane by plane of the target. A source whose rows run along another axis is turned first, some planes at a time.
#include "include/ck_picking.h"

#include <string.h>

#include "blocks.h"
#include "include/ck_threads.h"
#include "rearrangement.h"
#include "targets.h"
#include "votes.h"

enum { WIDTH, HEIGHT, DEPTH, TURNED_PLANES = 32, NO_LABEL = 256, LEAST_ELEMENTS = 1 << 15 };

typedef struct {
  const ck_picking *p;
  const char *source;
  char *target, *scratch;
  int planes;
  size_t worker_bytes;
  bool votes;
} picking_pass;

// Where the source's planes stand for a worker, in bytes: rows compact.
typedef struct {
  const char *base;
  long row, plane;
} view;

static bool has_rows(const ck_picking *p) { return p->strides[WIDTH] == p->size || p->axes[WIDTH].source == 1; }

static int planes_of_piece(const ck_picking *p) {
  if (!has_rows(p)) return TURNED_PLANES;
  return ck_maximum(1, LEAST_ELEMENTS / (p->axes[WIDTH].target * p->axes[HEIGHT].target));
}

static void find_samples(const ck_pick_axis *axis, bool votes, int first, int last, int *from, int *to) {
  *from = axis->source, *to = 0;
  for (int i = first; i < last; i++)
    for (int tap = 0; tap < 1 + votes; tap++) {
      int index = votes ? axis->neighbours[2 * i + tap] : axis->nearest[i];
      *from = ck_minimum(*from, index);
      *to = ck_maximum(*to, index + 1);
    }
}

static size_t turned_bytes(const ck_picking *p) {
  if (has_rows(p)) return 0;
  int most = 0;
  for (int first = 0; first < p->axes[DEPTH].target; first += TURNED_PLANES)
    for (int votes = 0; votes <= (p->axes[DEPTH].neighbours != NULL); votes++) {
      int from, to;
      find_samples(
          &p->axes[DEPTH], votes, first, ck_minimum(first + TURNED_PLANES, p->axes[DEPTH].target), &from, &to);
      most = ck_maximum(most, to - from);
    }
  return (size_t)most * p->axes[HEIGHT].source * p->axes[WIDTH].source * p->size;
}

static size_t worker_bytes(const ck_picking *p) {
  size_t row = ck_padded(p->axes[WIDTH].source) * sizeof(uint16_t);
  return row + (turned_bytes(p) + 63) / 64 * 64;
}

size_t ck_picking_scratch(const ck_picking *p) { return worker_bytes(p) * p->workers; }

// The planes from which first..<last of the target are made.
static view view_of(const picking_pass *pass, int first, int last, char *turned) {
  const ck_picking *p = pass->p;
  if (has_rows(p)) return (view){pass->source, p->strides[HEIGHT], p->strides[DEPTH]};
  int from, to;
  find_samples(&p->axes[DEPTH], pass->votes, first, last, &from, &to);
  view v = {.row = p->axes[WIDTH].source * p->size};
  v.plane = v.row * p->axes[HEIGHT].source;
  ck_rearrangement copy = {
      .counts = {p->axes[WIDTH].source, p->axes[HEIGHT].source, to - from},
      .from = {p->strides[WIDTH], p->strides[HEIGHT], p->strides[DEPTH]},
      .to = {p->size, v.row, v.plane},
      .size = p->size};
  ck_copy_box(&copy, pass->source + from * p->strides[DEPTH], turned);
  v.base = turned - from * v.plane;
  return v;
}

CK_LOOP(void, pick_row, (const ck_picking *p, const char *row, char *to), (p, row, to)) {
  const int *x = p->axes[WIDTH].nearest, count = p->axes[WIDTH].target;
  if (p->size == 1)
    for (int i = 0; i < count; i++) to[i] = row[x[i]];
  else if (p->size == 4)
    for (int i = 0; i < count; i++) ((uint32_t *)to)[i] = ((const uint32_t *)row)[x[i]];
  else
    for (int i = 0; i < count; i++) memcpy(to + i * p->size, row + x[i] * p->size, (size_t)p->size);
}

static void pick_planes(const picking_pass *pass, view v, int first, int last) {
  const ck_picking *p = pass->p;
  const ck_pick_axis *height = &p->axes[HEIGHT];
  long line = p->axes[WIDTH].target * p->size;
  for (int k = first; k < last; k++)
    for (int y = 0; y < height->target; y++) {
      char *to = pass->target + ((long)k * height->target + y) * line;
      if (y > 0 && height->nearest[y] == height->nearest[y - 1])
        memcpy(to, to - line, (size_t)line);
      else
        pick_row(p, v.base + p->axes[DEPTH].nearest[k] * v.plane + height->nearest[y] * v.row, to);
    }
}

// The label on which four rows agree, or NO_LABEL; whether it is the same one all along.
CK_LOOP(bool, merge_rows, (const uint8_t *const rows[4], int count, uint16_t *merged), (rows, count, merged)) {
  const uint8_t *restrict a = rows[0], *restrict b = rows[1], *restrict c = rows[2], *restrict d = rows[3];
  uint16_t difference = 0;
  for (int i = 0; i < count; i++) {
    uint8_t other = (a[i] ^ b[i]) | (a[i] ^ c[i]) | (a[i] ^ d[i]);
    merged[i] = other ? NO_LABEL : a[i];
    difference |= other | (a[i] ^ a[0]);
  }
  return difference == 0;
}

static void vote_row(
    const ck_picking *p, const uint8_t *const rows[4], const uint16_t *merged, int y, int k, uint8_t *to) {
  const ck_pick_axis *width = &p->axes[WIDTH], *height = &p->axes[HEIGHT], *depth = &p->axes[DEPTH];
  int nearest_row = 2 * (depth->nearest[k] != depth->neighbours[2 * k]) +
                    (height->nearest[y] != height->neighbours[2 * y]);
  for (int i = 0; i < width->target; i++) {
    int left = width->neighbours[2 * i], right = width->neighbours[2 * i + 1];
    if (merged[left] == merged[right] && merged[left] != NO_LABEL) {
      to[i] = (uint8_t)merged[left];
      continue;
    }
    uint8_t labels[8];
    for (int row = 0; row < 4; row++) labels[2 * row] = rows[row][left], labels[2 * row + 1] = rows[row][right];
    uint32_t shares[3] = {width->shares[i], height->shares[y], depth->shares[k]};
    to[i] = ck_elected(labels, shares, 2 * nearest_row + (width->nearest[i] != left));
  }
}

static void vote_planes(const picking_pass *pass, view v, int first, int last, uint16_t *merged) {
  const ck_picking *p = pass->p;
  const ck_pick_axis *width = &p->axes[WIDTH], *height = &p->axes[HEIGHT], *depth = &p->axes[DEPTH];
  for (int k = first; k < last; k++)
    for (int y = 0; y < height->target; y++) {
      const uint8_t *rows[4];
      for (int row = 0; row < 4; row++)
        rows[row] = (const uint8_t *)v.base + depth->neighbours[2 * k + row / 2] * v.plane +
                    height->neighbours[2 * y + row % 2] * v.row;
      uint8_t *to = (uint8_t *)pass->target + ((long)k * height->target + y) * width->target;
      if (merge_rows(rows, width->source, merged))
        memset(to, rows[0][0], (size_t)width->target);
      else
        vote_row(p, rows, merged, y, k, to);
    }
}

static void make_planes(void *context, int index, int worker) {
  const picking_pass *pass = context;
  int first = index * pass->planes, last = ck_minimum(first + pass->planes, pass->p->axes[DEPTH].target);
  char *own = pass->scratch + worker * pass->worker_bytes;
  char *turned = own + ck_padded(pass->p->axes[WIDTH].source) * sizeof(uint16_t);
  view v = view_of(pass, first, last, turned);
  if (pass->votes)
    vote_planes(pass, v, first, last, (uint16_t *)own);
  else
    pick_planes(pass, v, first, last);
}

static void run(const ck_picking *p, const void *source, void *target, void *scratch, bool votes) {
  picking_pass pass = {.p = p, .source = source, .target = target, .scratch = scratch, .planes = planes_of_piece(p),
                       .worker_bytes = worker_bytes(p), .votes = votes};
  ck_parallel_for(ck_ceiling_division(p->axes[DEPTH].target, pass.planes), p->workers, make_planes, &pass);
}

void ck_pick(const ck_picking *p, const void *source, void *target, void *scratch) {
  run(p, source, target, scratch, false);
}

void ck_vote(const ck_picking *p, const uint8_t *source, uint8_t *target, void *scratch) {
  run(p, source, target, scratch, true);
}
