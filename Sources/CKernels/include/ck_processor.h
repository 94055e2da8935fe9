// The variants of the kernels: "avx512", "avx2", "neon" and "plain".
#ifndef CK_PROCESSOR_H
#define CK_PROCESSOR_H

#include <stdbool.h>

// The variant in use: the best that this processor can run, or the one that SEGMENT_KERNEL names.
const char *ck_kernel_name(void);

// Whether there is such a variant, and this processor can run it.
bool ck_kernel_is_possible(const char *name);

// For tests: what is called from this thread uses that variant; NULL ends it.
void ck_use_kernel_on_this_thread(const char *name);

#endif
