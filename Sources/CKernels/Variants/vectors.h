// The vectors of the processor that a variant is compiled for. The variant's file defines CK_LANES, the floats in a
// vector, CK_FUSED where the processor multiplies and adds in one rounding, and CK_FUSED_FROM_MEMORY, the instruction
// that does so with a number from memory, where there is one.
#ifndef CK_VECTORS_H
#define CK_VECTORS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "targets.h"

typedef float vector __attribute__((vector_size(CK_LANES * 4)));
typedef float loose_vector __attribute__((vector_size(CK_LANES * 4), aligned(4)));
typedef int mask __attribute__((vector_size(CK_LANES * 4)));

// Keeps the compiler from working out many pointers from one, which there are no registers for.
#define CK_OPAQUE(p) __asm__("" : "+r"(p))

CK_INLINE vector load(const float *p) { return *(const loose_vector *)p; }
CK_INLINE void store(float *p, vector v) { *(loose_vector *)p = v; }

// Whether vectors from here on are whole lines of the cache, which can be stored past it.
CK_INLINE int is_line(const float *p) { return sizeof(vector) == 64 && (uintptr_t)p % sizeof(vector) == 0; }
// Stores a line past the cache: the memory behind it is not read first, and what is in the cache stays.
CK_INLINE void store_past_cache(float *line, vector v) { __builtin_nontemporal_store(v, (vector *)line); }
// Makes what was stored past the cache visible to other threads before what is stored from here on.
CK_INLINE void finish_past_cache(void) {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#endif
}

CK_INLINE vector spread(float x) { return x - (vector){0}; }

// a * b + c
CK_INLINE vector fused(vector a, vector b, vector c) {
#ifdef CK_FUSED
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

// *a * b + c in one instruction that loads and spreads *a, where there is one.
CK_INLINE vector fused_from(const float *a, vector b, vector c) {
#ifdef CK_FUSED_FROM_MEMORY
  __asm__(CK_FUSED_FROM_MEMORY : "+v"(c) : "v"(b), "m"(*a));
  return c;
#else
  return fused(spread(*a), b, c);
#endif
}

CK_INLINE vector fused_by(float a, vector b, vector c) { return fused(spread(a), b, c); }

CK_INLINE vector chosen(mask of_a, vector a, vector b) { return (vector)(((mask)a & of_a) | ((mask)b & ~of_a)); }

// v where it is open, slope * v elsewhere; a slope known to be 0 takes no multiplication.
CK_INLINE vector passed_where(mask is_open, vector v, float slope) {
  if (__builtin_constant_p(slope) && slope == 0) return (vector)((mask)v & is_open);
  return chosen(is_open, v, fused_by(slope, v, (vector){0}));
}

// v, or slope * v below 0; not-a-number passes.
CK_INLINE vector rectified(vector v, float slope) { return passed_where(~(v < (vector){0}), v, slope); }

// The first `count` floats, with zeros behind them; `count` may be too large or below 0.
CK_INLINE vector load_some(const float *p, int count) {
  if (count >= CK_LANES) return load(p);
  vector v = {0};
  if (count > 0) memcpy(&v, p, sizeof(float) * (size_t)count);
  return v;
}

// Stores the first `count` floats, or adds them to what is there.
CK_INLINE void store_some(float *p, vector v, int count, int adds) {
  if (adds) v += load_some(p, count);
  if (count >= CK_LANES) return store(p, v);
  memcpy(p, &v, sizeof(float) * (size_t)count);
}

#endif
