// Normally distributed noise, a function of its seed and of the place of a value alone.
#ifndef CK_NOISE_H
#define CK_NOISE_H

#include <stddef.h>
#include <stdint.h>

// Value 64 g + 16 n + b is given the normal number n of block 16 g + b of Philox 4x32-10 (Salmon et al., SC 2011) under
// the key `seed`, with the upper half of the counter `stream`. Of the words w0...w3 of a block, w0 and w1 give the
// numbers 0 and 1, w2 and w3 the numbers 2 and 3: the cosine and the sine of w1 * 2^-32 turns, times
// sqrt(-2 ln((floor(w0 / 256) + 1) * 2^-24)) (Box and Muller, 1958).

// value += deviation * normal number (stream 0).
void ck_add_noise(float *values, size_t count, float deviation, uint64_t seed, int workers);

// The magnitude of a complex signal with noise in both parts (streams 0 and 1): with x = value - floor,
// sqrt((x + n0)^2 + n1^2) + floor. The floors come in lines of `period` values, which is a multiple of the channels.
// Source: Gudbjartsson and Patz, Magnetic Resonance in Medicine 34, 1995.
void ck_add_rician_noise(
    float *values, size_t count, const float *floors, int period, float deviation, uint64_t seed, int workers);

#endif
