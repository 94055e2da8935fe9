// Each block is measured about its own mean, and the blocks are merged in double precision.
// Source of the merging: Chan, Golub and LeVeque, Updating Formulae, 1979.
#include "statistics.h"

#include <math.h>

#include "blocks.h"
#include "include/ck_threads.h"

enum { BLOCK = 8192, COLUMNS = 256 };

// Some columns of a block's lines, of `period` values each but perhaps for the last.
typedef struct {
  const float *values;
  size_t count;
  int period, first, columns;
} strip;

size_t ck_values_block(const ck_values *v) {
  return v->period >= BLOCK ? (size_t)v->period : (size_t)(BLOCK / v->period * v->period);
}

int ck_values_blocks(const ck_values *v) {
  size_t block = ck_values_block(v);
  return (int)((v->count + block - 1) / block);
}

size_t ck_values_in_block(const ck_values *v, int block) {
  size_t length = ck_values_block(v), left = v->count - block * length;
  return left < length ? left : length;
}

size_t ck_channels_scratch(const ck_values *v) { return (size_t)ck_values_blocks(v) * v->channels; }

CK_INLINE int columns_of(const strip *s, size_t line) {
  size_t left = s->count - line;
  return left < (size_t)(s->first + s->columns) ? ck_maximum((int)left - s->first, 0) : s->columns;
}

CK_LOOP(
    void, add_values, (const strip *s, float *restrict low, float *restrict high, float *restrict sums),
    (s, low, high, sums)) {
  for (size_t line = 0; line < s->count; line += s->period) {
    const float *x = s->values + line + s->first;
    int count = columns_of(s, line);
    for (int i = 0; i < count; i++) {
      low[i] = x[i] < low[i] ? x[i] : low[i];
      high[i] = x[i] > high[i] ? x[i] : high[i];
      sums[i] += x[i];
    }
  }
}

CK_LOOP(void, add_squares, (const strip *s, const float *restrict means, float *restrict sums), (s, means, sums)) {
  for (size_t line = 0; line < s->count; line += s->period) {
    const float *x = s->values + line + s->first;
    int count = columns_of(s, line);
    for (int i = 0; i < count; i++) {
      float distance = x[i] - means[i];
      sums[i] += distance * distance;
    }
  }
}

// Columns that hold no value are left with the starts of their sums.
static void measure_extent(const strip *s, int channels, ck_channel *to) {
  float low[COLUMNS], high[COLUMNS], sums[COLUMNS] = {0};
  for (int i = 0; i < s->columns; i++) low[i] = INFINITY, high[i] = -INFINITY;
  add_values(s, low, high, sums);
  for (int i = 0; i < s->columns; i++) {
    ck_channel *channel = &to[(s->first + i) % channels];
    channel->minimum = low[i] < channel->minimum ? low[i] : channel->minimum;
    channel->maximum = high[i] > channel->maximum ? high[i] : channel->maximum;
    channel->mean += sums[i];
  }
}

static void measure_squares(const strip *s, int channels, ck_channel *to) {
  float means[COLUMNS], sums[COLUMNS] = {0};
  for (int i = 0; i < s->columns; i++) means[i] = (float)to[(s->first + i) % channels].mean;
  add_squares(s, means, sums);
  for (int i = 0; i < s->columns; i++) to[(s->first + i) % channels].squares += sums[i];
}

void ck_measure_block(const ck_values *v, int block, ck_channel *to) {
  strip s = {
      .values = v->values + block * ck_values_block(v), .count = ck_values_in_block(v, block), .period = v->period};
  for (int i = 0; i < v->channels; i++) to[i] = (ck_channel){.minimum = INFINITY, .maximum = -INFINITY};
  for (; s.first < s.period; s.first += COLUMNS) {
    s.columns = ck_minimum(COLUMNS, s.period - s.first);
    measure_extent(&s, v->channels, to);
  }
  for (int i = 0; i < v->channels; i++) to[i].mean /= (double)(s.count / v->channels);
  for (s.first = 0; s.first < s.period; s.first += COLUMNS) {
    s.columns = ck_minimum(COLUMNS, s.period - s.first);
    measure_squares(&s, v->channels, to);
  }
}

void ck_merge_blocks(const ck_values *v, const ck_channel *blocks, ck_channel *to) {
  double all = 0;
  for (int i = 0; i < v->channels; i++) to[i] = (ck_channel){.minimum = INFINITY, .maximum = -INFINITY};
  for (int block = 0; block < ck_values_blocks(v); block++, blocks += v->channels) {
    double count = (double)(ck_values_in_block(v, block) / v->channels), share = count / (all + count);
    for (int i = 0; i < v->channels; i++) {
      double distance = blocks[i].mean - to[i].mean;
      to[i].minimum = blocks[i].minimum < to[i].minimum ? blocks[i].minimum : to[i].minimum;
      to[i].maximum = blocks[i].maximum > to[i].maximum ? blocks[i].maximum : to[i].maximum;
      to[i].mean += distance * share;
      to[i].squares += blocks[i].squares + distance * distance * all * share;
    }
    all += count;
  }
}

typedef struct {
  const ck_values *v;
  ck_channel *blocks;
} measurement;

static void measure(void *context, int index, int worker) {
  (void)worker;
  const measurement *m = context;
  ck_measure_block(m->v, index, m->blocks + (size_t)index * m->v->channels);
}

void ck_measure(const ck_values *v, ck_channel *channels, ck_channel *scratch) {
  measurement m = {v, scratch};
  ck_parallel_for(ck_values_blocks(v), v->workers, measure, &m);
  ck_merge_blocks(v, scratch, channels);
}
