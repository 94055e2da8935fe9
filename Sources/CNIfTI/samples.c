#include <math.h>
#include <string.h>

#include "include/CNIfTI.h"

/* A value is finite unless its exponent bits are all set. Counting by bits lets the loop vectorise. */
static inline size_t not_finite(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (bits & 0x7f800000u) == 0x7f800000u;
}

#define SAME(bits) (bits)

/* Loads samples of a type that is stored as a WORD, put into the machine's byte order by SWAP. */
#define LOAD(TYPE, WORD, SWAP)                                          \
  do {                                                                  \
    const unsigned char *bytes = source;                                \
    for (size_t n = 0; n < count; n++) {                                \
      WORD word;                                                        \
      TYPE value;                                                       \
      memcpy(&word, bytes + n * sizeof word, sizeof word);              \
      word = SWAP(word);                                                \
      memcpy(&value, &word, sizeof value);                              \
      values[n] = scaled ? (float)((double)value * slope + inter) : (float)value; \
    }                                                                   \
  } while (0)

#define LOAD_EITHER(TYPE, WORD, SWAP) \
  do {                                \
    if (swapped)                      \
      LOAD(TYPE, WORD, SWAP);         \
    else                              \
      LOAD(TYPE, WORD, SAME);         \
  } while (0)

size_t cnifti_load_samples(const void *source, cnifti_sample sample, int swapped, double slope, double inter,
                           size_t count, float *values) {
  const int scaled = slope != 1 || inter != 0;
  switch (sample) {
    case CNIFTI_UINT8: LOAD(uint8_t, uint8_t, SAME); break;
    case CNIFTI_INT8: LOAD(int8_t, uint8_t, SAME); break;
    case CNIFTI_INT16: LOAD_EITHER(int16_t, uint16_t, __builtin_bswap16); break;
    case CNIFTI_UINT16: LOAD_EITHER(uint16_t, uint16_t, __builtin_bswap16); break;
    case CNIFTI_INT32: LOAD_EITHER(int32_t, uint32_t, __builtin_bswap32); break;
    case CNIFTI_UINT32: LOAD_EITHER(uint32_t, uint32_t, __builtin_bswap32); break;
    case CNIFTI_FLOAT32: LOAD_EITHER(float, uint32_t, __builtin_bswap32); break;
    case CNIFTI_INT64: LOAD_EITHER(int64_t, uint64_t, __builtin_bswap64); break;
    case CNIFTI_UINT64: LOAD_EITHER(uint64_t, uint64_t, __builtin_bswap64); break;
    case CNIFTI_FLOAT64: LOAD_EITHER(double, uint64_t, __builtin_bswap64); break;
  }
  size_t bad = 0;
  for (size_t n = 0; n < count; n++) bad += not_finite(values[n]);
  return bad;
}

/* Stores rounded values that lie within LOW...HIGH (both exact as double). */
#define STORE(TYPE, LOW, HIGH)                                  \
  do {                                                          \
    TYPE *samples = destination;                                \
    for (size_t n = 0; n < count; n++) {                        \
      const double rounded = nearest_whole(values[n]);          \
      if (!(rounded >= (LOW) && rounded <= (HIGH))) return n;   \
      samples[n] = (TYPE)rounded;                               \
    }                                                           \
  } while (0)

/* Rounds halves to even. Adding and taking away 1.5 * 2^52 rounds every double below 2^51; a float beyond is whole. */
static inline double nearest_whole(float value) {
  const double magic = 6755399441055744.0;
  const double wide = value;
  return fabs(wide) < 2251799813685248.0 ? (wide + magic) - magic : wide;
}

size_t cnifti_store_samples(const float *values, size_t count, cnifti_sample sample, void *destination) {
  switch (sample) {
    case CNIFTI_UINT8: STORE(uint8_t, 0, 255); break;
    case CNIFTI_INT8: STORE(int8_t, -128, 127); break;
    case CNIFTI_INT16: STORE(int16_t, -32768, 32767); break;
    case CNIFTI_UINT16: STORE(uint16_t, 0, 65535); break;
    case CNIFTI_INT32: STORE(int32_t, -2147483648.0, 2147483647.0); break;
    case CNIFTI_UINT32: STORE(uint32_t, 0, 4294967295.0); break;
    /* The largest floats below 2^63 and 2^64. */
    case CNIFTI_INT64: STORE(int64_t, -9223372036854775808.0, 9223371487098961920.0); break;
    case CNIFTI_UINT64: STORE(uint64_t, 0, 18446742974197923840.0); break;
    case CNIFTI_FLOAT32: memcpy(destination, values, count * sizeof(float)); break;
    case CNIFTI_FLOAT64:
      for (size_t n = 0; n < count; n++) ((double *)destination)[n] = values[n];
      break;
  }
  return count;
}
