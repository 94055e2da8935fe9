// Which algorithm and which of the variants of the kernels are used: the best that the processor can run, or the one
// that SEGMENT_KERNEL or a test names.
#include <stdlib.h>
#include <string.h>

#include "include/ck_processor.h"
#include "kernels.h"

typedef struct {
  const ck_kernels *kernels;
  bool is_possible;
} variant;

enum { VARIANTS = 3 };

// The best first.
static void list_variants(variant variants[VARIANTS]) {
  memset(variants, 0, sizeof(variant) * VARIANTS);
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  variants[0] = (variant){&ck_kernels_avx512, has_avx512};
  variants[1] = (variant){&ck_kernels_avx2, has_avx2};
#elif defined(__aarch64__)
  variants[0] = (variant){&ck_kernels_neon, true};
#endif
  variants[2] = (variant){&ck_kernels_plain, true};
}

static const ck_kernels *find(const char *name) {
  variant variants[VARIANTS];
  list_variants(variants);
  for (int i = 0; i < VARIANTS; i++)
    if (variants[i].is_possible && (!name || strcmp(variants[i].kernels->name, name) == 0)) return variants[i].kernels;
  return NULL;
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

static const ck_kernels *chosen;
static _Thread_local const ck_kernels *chosen_here;

// Before main, while there is one thread.
__attribute__((constructor)) static void choose(void) {
  const char *name = getenv("SEGMENT_KERNEL");
  chosen = name ? find(name) : NULL;
  if (!chosen) chosen = find(NULL);
  const char *wanted = getenv("SEGMENT_CONVOLUTION");
  if (wanted) ck_find_algorithm(wanted, &algorithm);
}

const ck_kernels *ck_kernels_in_use(void) { return chosen_here ? chosen_here : chosen; }

const char *ck_kernel_name(void) { return ck_kernels_in_use()->name; }

bool ck_kernel_is_possible(const char *name) { return find(name) != NULL; }

void ck_use_kernel_on_this_thread(const char *name) { chosen_here = name ? find(name) : NULL; }
