#include "blocks.h"
#include "include/ck_threads.h"
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
} values_pass;

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

CK_LOOP(void, map_values, (const values_pass *pass, float *values, size_t count), (pass, values, count)) {
  const float *restrict origin = pass->lines[0], *restrict scale = pass->lines[1];
  const float *restrict starts = pass->starts, *restrict rises = pass->rises;
  const int *restrict channel = pass->channel;
  const int segments = pass->segments, period = pass->v->period;
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
  const values_pass *pass = context;
  float *values = pass->v->values + index * ck_values_block(pass->v);
  scale_values(
      values, ck_values_in_block(pass->v, index), pass->v->period, pass->lines[0], pass->lines[1], pass->lines[2],
      pass->lines[3]);
}

static void bend_block(void *context, int index, int worker) {
  (void)worker;
  const values_pass *pass = context;
  float *values = pass->v->values + index * ck_values_block(pass->v);
  bend_values(
      values, ck_values_in_block(pass->v, index), pass->v->period, pass->lines[0], pass->lines[1], pass->lines[2],
      pass->lines[3]);
  ck_measure_block(pass->v, index, pass->blocks + (size_t)index * pass->v->channels);
}

static void map_block(void *context, int index, int worker) {
  (void)worker;
  const values_pass *pass = context;
  map_values(pass, pass->v->values + index * ck_values_block(pass->v), ck_values_in_block(pass->v, index));
}

void ck_scale_values(
    const ck_values *v, const float *factor, const float *shift, const float *low, const float *high) {
  values_pass pass = {.v = v, .lines = {factor, shift, low, high}};
  ck_parallel_for(ck_values_blocks(v), v->workers, scale_block, &pass);
}

void ck_bend_values(
    const ck_values *v, const float *origin, const float *span, const float *inverse, const float *exponent,
    ck_channel *channels, ck_channel *scratch) {
  values_pass pass = {.v = v, .lines = {origin, span, inverse, exponent}, .blocks = scratch};
  ck_parallel_for(ck_values_blocks(v), v->workers, bend_block, &pass);
  ck_merge_blocks(v, scratch, channels);
}

void ck_map_values(
    const ck_values *v, const float *origin, const float *scale, const int *channel, int segments,
    const float *starts, const float *rises) {
  values_pass pass = {
      .v = v, .lines = {origin, scale}, .channel = channel, .segments = segments, .starts = starts, .rises = rises};
  ck_parallel_for(ck_values_blocks(v), v->workers, map_block, &pass);
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
  copying c = {.from = from, .step = step, .to = to, .to_step = to_step, .count = count};
  ck_parallel_for((int)((count + PIECE - 1) / PIECE), workers, copy_piece, &c);
}
