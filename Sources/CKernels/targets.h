// Compiles a function once for each generation of processor and chooses at load time.
#ifndef TARGETS_H
#define TARGETS_H

#if defined(__x86_64__)
#define CK_TARGETS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_TARGETS
#endif

#define CK_INLINE static inline __attribute__((always_inline))

#endif
