// Which algorithm and which of the variants of the kernels are used: the best that the processor can run, or the one
// that SEGMENT_KERNEL or a test names.
#include <stdlib.h>
#include <string.h>

#include "include/ck_processor.h"
#include "kernels.h"

static const ck_kernels *const tables[CK_VARIANTS] = {
    [CK_PLAIN] = &ck_kernels_plain,
#if defined(__x86_64__)
    [CK_AVX2] = &ck_kernels_avx2,
    [CK_AVX512] = &ck_kernels_avx512,
#elif defined(__aarch64__)
    [CK_NEON] = &ck_kernels_neon,
#endif
};

// The generations are those for which targets.h compiles loops; the tables need no more.
static bool is_possible(ck_variant variant) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (variant == CK_AVX512) return __builtin_cpu_supports("x86-64-v4");
  if (variant == CK_AVX2) return __builtin_cpu_supports("x86-64-v3");
#endif
  return tables[variant] != NULL;
}

static ck_variant find(const char *name) {
  for (ck_variant variant = CK_VARIANTS - 1; variant > CK_NO_VARIANT; variant--)
    if (is_possible(variant) && (!name || strcmp(tables[variant]->name, name) == 0)) return variant;
  return CK_NO_VARIANT;
}

static const char *const algorithm_names[] = {
    [CK_AUTOMATIC] = "automatic", [CK_DIRECT] = "direct", [CK_WINOGRAD_2] = "winograd_2", [CK_WINOGRAD_4] = "winograd_4"};

bool ck_find_algorithm(const char *name, ck_algorithm *found) {
  for (int i = 0; i < 4; i++)
    if (strcmp(algorithm_names[i], name) == 0) {
      *found = (ck_algorithm)i;
      return true;
    }
  return false;
}

static ck_algorithm algorithm = CK_AUTOMATIC;
static _Thread_local ck_algorithm algorithm_here = CK_AUTOMATIC;

ck_algorithm ck_algorithm_in_use(void) { return algorithm_here != CK_AUTOMATIC ? algorithm_here : algorithm; }

const char *ck_algorithm_name(void) { return algorithm_names[ck_algorithm_in_use()]; }

void ck_use_algorithm_on_this_thread(ck_algorithm wanted) { algorithm_here = wanted; }

ck_variant ck_variant_everywhere = CK_PLAIN;
_Thread_local ck_variant ck_variant_here __attribute__((tls_model("initial-exec"))) = CK_NO_VARIANT;

// Before main, while there is one thread.
__attribute__((constructor)) static void choose(void) {
  const char *name = getenv("SEGMENT_KERNEL");
  ck_variant named = name ? find(name) : CK_NO_VARIANT;
  ck_variant_everywhere = named ? named : find(NULL);
  const char *wanted = getenv("SEGMENT_CONVOLUTION");
  if (wanted) ck_find_algorithm(wanted, &algorithm);
}

const ck_kernels *ck_kernels_in_use(void) { return tables[ck_variant_in_use()]; }

const char *ck_kernel_name(void) { return ck_kernels_in_use()->name; }

bool ck_kernel_is_possible(const char *name) { return find(name) != CK_NO_VARIANT; }

void ck_use_kernel_on_this_thread(const char *name) { ck_variant_here = name ? find(name) : CK_NO_VARIANT; }
