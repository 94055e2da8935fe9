// Two passes of connected components; then the two nearest objects along rows, from those of rows along columns, and from
// those of planes along the depth, in squares of distances, which are exact. The two nearest objects of a pixel are among
// the two nearest of each pixel of the column, since what is third there is third for the pixel too.
#include "include/ck_border_weights.h"

#include <math.h>
#include <stdbool.h>

#include "include/ck_labels.h"
#include "include/ck_threads.h"
#include "targets.h"

enum { NO_OBJECT = -1 };
#define FAR INT32_MAX

// The squares of the distances to the two nearest objects; FAR where there is none.
typedef struct {
  int32_t first, first_object, second, second_object;
} nearest;

typedef struct {
  const ck_border_weights *c;
  const uint8_t *labels;
  // Of each pixel. Objects are called by their first pixel.
  int32_t *objects;
  nearest *near;
  float *weights;
  int reach;  // the longest distance that gives a weight
} borders;

static long sample_pixels(const ck_border_weights *c) { return (long)c->depth * c->height * c->width; }

static int longest_side(const ck_border_weights *c) {
  int side = c->depth > c->height ? c->depth : c->height;
  return side > c->width ? side : c->width;
}

// Of each sample the objects and the nearest ones, and a line of these.
static size_t sample_scratch(const ck_border_weights *c) {
  return (size_t)sample_pixels(c) * (sizeof(nearest) + sizeof(int32_t)) + (size_t)longest_side(c) * sizeof(nearest);
}

size_t ck_border_weights_scratch(const ck_border_weights *c) { return (size_t)c->samples * sample_scratch(c); }

// MARK: Objects

static int32_t first_of(int32_t *objects, int32_t pixel) {
  while (objects[pixel] != pixel) {
    objects[pixel] = objects[objects[pixel]];
    pixel = objects[pixel];
  }
  return pixel;
}

static void join(int32_t *objects, int32_t a, int32_t b) {
  a = first_of(objects, a);
  b = first_of(objects, b);
  if (a < b)
    objects[b] = a;
  else
    objects[a] = b;
}

// Returns the number of objects.
static int find_objects(const borders *b) {
  const ck_border_weights *c = b->c;
  int32_t row = c->width, plane = row * c->height, pixel = 0;
  for (int k = 0; k < c->depth; k++)
    for (int j = 0; j < c->height; j++)
      for (int i = 0; i < c->width; i++, pixel++) {
        int is_object = b->labels[pixel] != 0 && b->labels[pixel] != CK_IGNORED_LABEL;
        b->objects[pixel] = is_object ? pixel : NO_OBJECT;
        if (!is_object) continue;
        if (i > 0 && b->objects[pixel - 1] != NO_OBJECT) join(b->objects, pixel, pixel - 1);
        if (j > 0 && b->objects[pixel - row] != NO_OBJECT) join(b->objects, pixel, pixel - row);
        if (k > 0 && b->objects[pixel - plane] != NO_OBJECT) join(b->objects, pixel, pixel - plane);
      }
  int count = 0;
  for (int32_t p = 0; p < pixel; p++) {
    if (b->objects[p] == NO_OBJECT) continue;
    b->objects[p] = first_of(b->objects, p);
    count += b->objects[p] == p;
  }
  return count;
}

// MARK: Distances

CK_INLINE void consider(nearest *n, int32_t square, int32_t object) {
  if (object == n->first_object) {
    n->first = square < n->first ? square : n->first;
  } else if (square < n->first) {
    n->second = n->first;
    n->second_object = n->first_object;
    n->first = square;
    n->first_object = object;
  } else if (square < n->second) {
    n->second = square;
    n->second_object = object;
  }
}

// The two objects that were met last on the way along a row, and where.
typedef struct {
  int places[2];
  int32_t objects[2];
} met;

CK_INLINE void meet(met *m, int place, int32_t object) {
  if (object != m->objects[0]) {
    m->places[1] = m->places[0];
    m->objects[1] = m->objects[0];
  }
  m->places[0] = place;
  m->objects[0] = object;
}

CK_INLINE void consider_met(const borders *b, nearest *n, const met *m, int place) {
  for (int i = 0; i < 2; i++) {
    int distance = place - m->places[i];
    distance = distance < 0 ? -distance : distance;
    if (m->objects[i] != NO_OBJECT && distance <= b->reach) consider(n, distance * distance, m->objects[i]);
  }
}

static const nearest no_object = {
    .first = FAR, .first_object = NO_OBJECT, .second = FAR, .second_object = NO_OBJECT};

static void search_row(const borders *b, const int32_t *objects, nearest *near) {
  int width = b->c->width;
  met left = {.objects = {NO_OBJECT, NO_OBJECT}}, right = left;
  for (int i = 0; i < width; i++) {
    near[i] = no_object;
    if (objects[i] != NO_OBJECT) meet(&left, i, objects[i]);
    consider_met(b, near + i, &left, i);
  }
  for (int i = width - 1; i >= 0; i--) {
    if (objects[i] != NO_OBJECT) meet(&right, i, objects[i]);
    consider_met(b, near + i, &right, i);
  }
}

CK_INLINE void consider_near(nearest *n, const nearest *other, int32_t square) {
  if (other->first != FAR) consider(n, other->first + square, other->first_object);
  if (other->second != FAR) consider(n, other->second + square, other->second_object);
}

// Along a line of `count` pixels `stride` apart: what is farther along it than the second nearest object is not searched.
// Along the last axis, only background pixels are wanted.
static void search_line(const borders *b, long first, int count, long stride, bool is_last, nearest *line) {
  for (int i = 0; i < count; i++) line[i] = b->near[first + i * stride];
  for (int i = 0; i < count; i++) {
    if (is_last && b->labels[first + i * stride] != 0) continue;
    nearest n = line[i];
    for (int step = 1; step <= b->reach && step * step < n.second; step++) {
      if (i - step < 0 && i + step >= count) break;
      if (i - step >= 0) consider_near(&n, line + i - step, step * step);
      if (i + step < count) consider_near(&n, line + i + step, step * step);
    }
    b->near[first + i * stride] = n;
  }
}

static void search(const borders *b, nearest *line) {
  const ck_border_weights *c = b->c;
  long row = c->width, plane = row * c->height;
  for (long r = 0; r < (long)c->depth * c->height; r++) search_row(b, b->objects + r * row, b->near + r * row);
  for (int k = 0; k < c->depth && c->height > 1; k++)
    for (int i = 0; i < c->width; i++) search_line(b, k * plane + i, c->height, row, c->depth == 1, line);
  for (long p = 0; p < plane && c->depth > 1; p++) search_line(b, p, c->depth, plane, true, line);
}

// MARK: Weights

static void weigh(const borders *b) {
  float weight = b->c->weight, factor = -0.5f / (b->c->sigma * b->c->sigma);
  for (long p = 0; p < sample_pixels(b->c); p++) {
    const nearest *n = b->near + p;
    if (b->labels[p] != 0 || n->second == FAR) {
      b->weights[p] = 0;
      continue;
    }
    float distance = sqrtf((float)n->first) + sqrtf((float)n->second);
    b->weights[p] = distance <= b->reach ? weight * expf(factor * distance * distance) : 0;
  }
}

static void weigh_sample(void *context, int index, int worker) {
  (void)worker;
  borders b = *(const borders *)context;
  long pixels = sample_pixels(b.c), offset = index * pixels;
  b.near = (nearest *)((char *)b.near + (size_t)index * sample_scratch(b.c));
  nearest *line = b.near + pixels;
  b.objects = (int32_t *)(line + longest_side(b.c));
  b.labels += offset;
  b.weights += offset;
  if (find_objects(&b) > 1) {
    search(&b, line);
    weigh(&b);
  } else {
    for (long p = 0; p < pixels; p++) b.weights[p] = 0;
  }
}

void ck_border_weights_of(const ck_border_weights *c, const uint8_t *labels, void *scratch, float *weights) {
  // exp(-r^2 / (2 sigma^2)) = 2^-24.
  float reach = ceilf(c->sigma * sqrtf(2 * 24 * 0.69314718f));
  borders b = {.c = c, .labels = labels, .near = scratch, .weights = weights, .reach = reach < 30000 ? (int)reach : 30000};
  ck_parallel_for(c->samples, c->workers, weigh_sample, &b);
}
