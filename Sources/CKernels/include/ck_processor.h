// The variants of the kernels: "avx512", "avx2", "neon" and "plain"; and how convolutions are computed.
#ifndef CK_PROCESSOR_H
#define CK_PROCESSOR_H

#include <stdbool.h>

#include "ck_convolution.h"

// The variant in use: the best that this processor can run, or the one that SEGMENT_KERNEL names.
const char *ck_kernel_name(void);

// Whether there is such a variant, and this processor can run it.
bool ck_kernel_is_possible(const char *name);

// "automatic", "direct", "winograd_2" or "winograd_4", for convolutions that leave it to the program: as
// SEGMENT_CONVOLUTION names it, or else automatic. False: there is no such one.
bool ck_find_algorithm(const char *name, ck_algorithm *found);

// The name of the one in use.
const char *ck_algorithm_name(void);

// For tests: convolutions that leave it to the program are computed so when called from this thread; CK_AUTOMATIC ends
// it.
void ck_use_algorithm_on_this_thread(ck_algorithm algorithm);

// For tests: what is called from this thread uses that variant; NULL ends it.
void ck_use_kernel_on_this_thread(const char *name);

#endif
