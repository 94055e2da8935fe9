#include "../blocks.h"
#include "../include/ck_threads.h"
#include "functions.h"
#include "statistics.h"

typedef struct {
  const ck_values *v;
  // Lines of what differs between channels.
  const float *lines[4];
  const int *channel;
  int segments;
  const float *starts, *rises;
  ck_channel *blocks;
} job;

CK_INLINE int line_length(size_t count, size_t line, int period) {
  return count - line < (size_t)period ? (int)(count - line) : period;
}

CK_LOOP(
    void, scale_values,
    (float *values, size_t count, int period, const float *restrict factor, const float *restrict shift,
     const float *restrict low, const float *restrict high),
    (values, count, period, factor, shift, low, high)) {
  for (size_t line = 0; line < count; line += period) {
    float *restrict x = values + line;
    int length = line_length(count, line, period);
    for (int i = 0; i < length; i++) {
      float y = x[i] * factor[i] + shift[i];
      y = y < low[i] ? low[i] : y;
      x[i] = y > high[i] ? high[i] : y;
    }
  }
}

CK_LOOP(
    void, bend_values,
    (float *values, size_t count, int period, const float *restrict origin, const float *restrict span,
     const float *restrict inverse, const float *restrict exponent),
    (values, count, period, origin, span, inverse, exponent)) {
  for (size_t line = 0; line < count; line += period) {
    float *restrict x = values + line;
    int length = line_length(count, line, period);
    for (int i = 0; i < length; i++) {
      const float least = 0x1p-126f;
      float share = (x[i] - origin[i]) * inverse[i];
      float power = power_of_two(exponent[i] * binary_logarithm(share > least ? share : least));
      power = share > least ? power : 0;
      x[i] = span[i] == 0 ? x[i] : power * span[i] + origin[i];
    }
  }
}

CK_LOOP(void, map_values, (const job *j, float *values, size_t count), (j, values, count)) {
  const float *restrict origin = j->lines[0], *restrict scale = j->lines[1];
  const float *restrict starts = j->starts, *restrict rises = j->rises;
  const int *restrict channel = j->channel;
  const int segments = j->segments, period = j->v->period;
  const float last = (float)(segments - 1);
  for (size_t line = 0; line < count; line += period) {
    float *restrict x = values + line;
    int length = line_length(count, line, period);
    for (int i = 0; i < length; i++) {
      float place = (x[i] - origin[i]) * scale[i], segment = place > 0 ? place : 0;
      int whole = (int)(segment < last ? segment : last), at = channel[i] * segments + whole;
      x[i] = scale[i] == 0 ? x[i] : starts[at] + rises[at] * (place - (float)whole);
    }
  }
}

static void scale_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  float *values = j->v->values + index * ck_values_block(j->v);
  scale_values(
      values, ck_values_in_block(j->v, index), j->v->period, j->lines[0], j->lines[1], j->lines[2], j->lines[3]);
}

static void bend_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  float *values = j->v->values + index * ck_values_block(j->v);
  bend_values(
      values, ck_values_in_block(j->v, index), j->v->period, j->lines[0], j->lines[1], j->lines[2], j->lines[3]);
  ck_measure_block(j->v, index, j->blocks + (size_t)index * j->v->channels);
}

static void map_block(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  map_values(j, j->v->values + index * ck_values_block(j->v), ck_values_in_block(j->v, index));
}

void ck_scale_values(
    const ck_values *v, const float *factor, const float *shift, const float *low, const float *high) {
  job j = {.v = v, .lines = {factor, shift, low, high}};
  ck_parallel_for(ck_values_blocks(v), v->workers, scale_block, &j);
}

void ck_bend_values(
    const ck_values *v, const float *origin, const float *span, const float *inverse, const float *exponent,
    ck_channel *channels, ck_channel *scratch) {
  job j = {.v = v, .lines = {origin, span, inverse, exponent}, .blocks = scratch};
  ck_parallel_for(ck_values_blocks(v), v->workers, bend_block, &j);
  ck_merge_blocks(v, scratch, channels);
}

void ck_map_values(
    const ck_values *v, const float *origin, const float *scale, const int *channel, int segments,
    const float *starts, const float *rises) {
  job j = {
      .v = v, .lines = {origin, scale}, .channel = channel, .segments = segments, .starts = starts, .rises = rises};
  ck_parallel_for(ck_values_blocks(v), v->workers, map_block, &j);
}

enum { PIECE = 16384 };

typedef struct {
  const float *from;
  long step;
  float *to;
  long to_step;
  size_t count;
} copying;

CK_LOOP(
    void, copy_spaced, (const float *restrict from, long step, float *restrict to, long to_step, long count),
    (from, step, to, to_step, count)) {
  if (to_step == 1)
    for (long i = 0; i < count; i++) to[i] = from[i * step];
  else
    for (long i = 0; i < count; i++) to[i * to_step] = from[i * step];
}

static void copy_piece(void *context, int index, int worker) {
  (void)worker;
  const copying *c = context;
  size_t first = (size_t)index * PIECE, count = c->count - first < PIECE ? c->count - first : PIECE;
  copy_spaced(c->from + first * c->step, c->step, c->to + first * c->to_step, c->to_step, (long)count);
}

void ck_copy_spaced(const float *from, long step, float *to, long to_step, size_t count, int workers) {
  copying c = {from, step, to, to_step, count};
  ck_parallel_for((int)((count + PIECE - 1) / PIECE), workers, copy_piece, &c);
}
