// Counts what a thread allocates, by standing in front of the C library's allocator in the test executable.
#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

#include <stdbool.h>
#include <stddef.h>

// Whether allocations are counted: not under the address sanitiser, which stands there itself.
bool counts_allocations(void);

// The allocations of the calling thread so far.
long allocations_of_this_thread(void);

// The largest allocation of the calling thread, in bytes, since `forget_largest_allocation`.
size_t largest_allocation_of_this_thread(void);

void forget_largest_allocation(void);

#endif
