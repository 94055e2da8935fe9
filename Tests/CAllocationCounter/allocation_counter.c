#define _GNU_SOURCE
#include "include/CAllocationCounter.h"

#include <errno.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITISED 1
#endif
#endif

static _Thread_local long allocations;
static _Thread_local size_t largest;

long allocations_of_this_thread(void) { return allocations; }

size_t largest_allocation_of_this_thread(void) { return largest; }

void forget_largest_allocation(void) { largest = 0; }

#if defined(__GLIBC__) && !defined(IS_SANITISED)

bool counts_allocations(void) { return true; }

static void count(size_t size) {
  allocations++;
  if (size > largest) largest = size;
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  count(size);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  count(size);
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  count(size);
  void *found = __libc_memalign(alignment, size);
  if (!found) return ENOMEM;
  *memory = found;
  return 0;
}

#else

bool counts_allocations(void) { return false; }

#endif
