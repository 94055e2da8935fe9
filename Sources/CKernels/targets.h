// Loops that the compiler vectorises, compiled once for each generation of processors. Which one runs is decided at each
// call, by the variant in use, as with the kernels of kernels.h. (The compiler's own target_clones decides while the
// program is loaded, in resolvers that run before a sanitizer has started and know nothing of SEGMENT_KERNEL.)
#ifndef TARGETS_H
#define TARGETS_H

#define CK_INLINE static inline __attribute__((always_inline))

// What is compiled for a generation, the weakest first.
typedef enum { CK_NO_VARIANT, CK_PLAIN, CK_NEON, CK_AVX2, CK_AVX512, CK_VARIANTS } ck_variant;

// The variant in use, and the one that this thread uses in its place, unless that is CK_NO_VARIANT. Written by
// processor.c and, for the threads of the pool, threads.c.
extern ck_variant ck_variant_everywhere;
extern _Thread_local ck_variant ck_variant_here __attribute__((tls_model("initial-exec")));

CK_INLINE ck_variant ck_variant_in_use(void) { return ck_variant_here ? ck_variant_here : ck_variant_everywhere; }

// Begins the definition of a function: CK_LOOP(float, sum, (const float *x, int count), (x, count)) { ... }. The body
// is inlined into a function for each generation. CK_LOOP defines a static function, CK_SHARED_LOOP one that a header
// declares.
#define CK_LOOP(...) CK_LOOP_OF(static, __VA_ARGS__)
#define CK_SHARED_LOOP(...) CK_LOOP_OF(, __VA_ARGS__)

#if defined(__x86_64__)
// x86-64-v3 and x86-64-v4 by their features: by name, clang would also take a processor's preference for vectors of half
// the length.
#define CK_AVX2_FEATURES "avx2,bmi,bmi2,f16c,fma,lzcnt,movbe,popcnt"
#define CK_AVX512_FEATURES CK_AVX2_FEATURES ",avx512f,avx512bw,avx512cd,avx512dq,avx512vl"
#define CK_LOOP_OF(linkage, result, name, parameters, arguments)                        \
  CK_INLINE result name##_body parameters;                                              \
  __attribute__((target(CK_AVX512_FEATURES))) static result name##_avx512 parameters {  \
    return name##_body arguments;                                                       \
  }                                                                                     \
  __attribute__((target(CK_AVX2_FEATURES))) static result name##_avx2 parameters {      \
    return name##_body arguments;                                                       \
  }                                                                                     \
  static result name##_plain parameters { return name##_body arguments; }               \
  linkage result name parameters {                                                      \
    switch (ck_variant_in_use()) {                                                      \
      case CK_AVX512: return name##_avx512 arguments;                                   \
      case CK_AVX2: return name##_avx2 arguments;                                       \
      default: return name##_plain arguments;                                           \
    }                                                                                   \
  }                                                                                     \
  CK_INLINE result name##_body parameters
#else
// What the compiler is told to use is all that there is.
#define CK_LOOP_OF(linkage, result, name, parameters, arguments) linkage result name parameters
#endif

#endif
