// Changes of an image's values, each by itself, and the statistics of its channels.
#ifndef CK_INTENSITIES_H
#define CK_INTENSITIES_H

#include <stddef.h>

// `count` values, channels last. What differs between channels is given by lines of `period` floats, which is a
// multiple of the channels: value i takes the number at i modulo the period.
typedef struct {
  float *values;
  size_t count;
  int channels, period;
  int workers;
} ck_values;

typedef struct {
  float minimum, maximum;
  // The mean, and the sum of squared distances from it.
  double mean, squares;
} ck_channel;

// Copies values that stand `step` floats apart to where they stand `to_step` floats apart: a channel out of an image,
// and back.
void ck_copy_spaced(const float *from, long step, float *to, long to_step, size_t count, int workers);

// What statistics need, in ck_channels: one for each block of some thousand values and channel.
size_t ck_channels_scratch(const ck_values *v);

// Writes the statistics of each channel, of at least one value each. Blocks are merged in order.
void ck_measure(const ck_values *v, ck_channel *channels, ck_channel *scratch);

// x * factor + shift, and no less than `low` and no more than `high`.
void ck_scale_values(
    const ck_values *v, const float *factor, const float *shift, const float *low, const float *high);

// s^exponent * span + origin of the share s = (x - origin) * inverse, the inverse of the span; shares below 0 count as
// 0, and a span of 0 leaves x as it is. Measures the result as ck_measure does.
void ck_bend_values(
    const ck_values *v, const float *origin, const float *span, const float *inverse, const float *exponent,
    ck_channel *channels, ck_channel *scratch);

// A polyline for each channel: at x, (x - origin) * scale is a place among its `segments`, each of which begins at
// starts[channel][segment] and rises by rises[channel][segment]; a scale of 0 leaves x as it is. `channel`: line of the
// channels' numbers.
void ck_map_values(
    const ck_values *v, const float *origin, const float *scale, const int *channel, int segments,
    const float *starts, const float *rises);

#endif
