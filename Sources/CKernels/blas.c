// What OpenBLAS must be told before the first product.
#define _GNU_SOURCE
#include <cblas.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// OpenBLAS knows processors by model number, and runs those that are younger than itself with kernels of 2004. These
// two functions let it choose again; a build for one processor alone lacks them.
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

static const char *wanted_kernels(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
  return NULL;
}

static bool are_outdated(const char *kernels) {
  static const char *const fused_multiply_add[] = {"Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"};
  for (size_t i = 0; i < sizeof fused_multiply_add / sizeof *fused_multiply_add; i++)
    if (strcmp(kernels, fused_multiply_add[i]) == 0) return false;
  return true;
}

// Before main, while no other thread reads the environment.
__attribute__((constructor)) static void prepare_blas(void) {
  static const char *const variable = "OPENBLAS_CORETYPE";
  const char *wanted = wanted_kernels();
  if (wanted && gotoblas_dynamic_init && gotoblas_dynamic_quit && !getenv(variable) &&
      are_outdated(openblas_get_corename())) {
    setenv(variable, wanted, 1);
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    unsetenv(variable);
  }
  // The threads are ours: OpenBLAS computes on the calling one.
  openblas_set_num_threads(1);
}
