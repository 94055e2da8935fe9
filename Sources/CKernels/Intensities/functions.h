// Elementary functions in single precision, without branches, so that loops over them become vectors. They are sums and
// products in a fixed order: the same bits on every processor. Errors: up to 2 units in the last place.
// Source of the polynomials: Moshier, Cephes Mathematical Library, single precision.
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <stdint.h>
#include <string.h>

#include "targets.h"

CK_INLINE int32_t bits_of(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

CK_INLINE float float_of(int32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// x = 2^exponent * (1 + fraction), the last factor between sqrt(1/2) and sqrt(2); returns ln(1 + fraction) - fraction.
CK_INLINE float split_logarithm(float x, float *exponent, float *fraction) {
  const int32_t root_of_half = 0x3F3504F3;
  int32_t bits = bits_of(x), power = (bits - root_of_half) >> 23;
  float f = float_of(bits - (power << 23)) - 1, square = f * f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  *exponent = (float)power, *fraction = f;
  return f * square * p - 0.5f * square;
}

// For normal numbers above 0.
CK_INLINE float binary_logarithm(float x) {
  const float rest_of_log2e = 0.44269504088896340736f;
  float exponent, f, rest = split_logarithm(x, &exponent, &f);
  return (((rest * rest_of_log2e + f * rest_of_log2e) + rest) + f) + exponent;
}

// For normal numbers above 0.
CK_INLINE float natural_logarithm(float x) {
  float exponent, f, rest = split_logarithm(x, &exponent, &f);
  return (f + (rest - 2.12194440e-4f * exponent)) + 0.693359375f * exponent;
}

// 2^x; 2^-126 below -126, 2^127 above 127.
CK_INLINE float power_of_two(float x) {
  x = x > -126 ? x : -126;
  x = x < 127 ? x : 127;
  int32_t whole = (int32_t)(x + (x < 0 ? -0.5f : 0.5f));
  float f = x - (float)whole, p = 1.535336188319500e-4f;
  p = p * f + 1.339887440266574e-3f;
  p = p * f + 9.618437357674640e-3f;
  p = p * f + 5.550332471162809e-2f;
  p = p * f + 2.402264791363012e-1f;
  p = p * f + 6.931472028550421e-1f;
  return (1 + f * p) * float_of((whole + 127) << 23);
}

// Of an angle of word * 2^-32 turns.
CK_INLINE void sine_and_cosine(uint32_t word, float *sine, float *cosine) {
  const float quarter_turn = 1.57079632679489661923f * 0x1p-24f;
  uint32_t quadrant = (word + 0x20000000u) >> 30;
  float x = (float)((int32_t)(word << 2) >> 8) * quarter_turn, z = x * x;
  float s = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
  float c = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * (z * z) - 0.5f * z + 1;
  int32_t is_odd = -(int32_t)(quadrant & 1), s_bits = bits_of(s), c_bits = bits_of(c);
  int32_t swapped = (s_bits ^ c_bits) & is_odd;
  *sine = float_of((s_bits ^ swapped) ^ (int32_t)((quadrant & 2) << 30));
  *cosine = float_of((c_bits ^ swapped) ^ (int32_t)(((quadrant + 1) & 2) << 30));
}

#endif
