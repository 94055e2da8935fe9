#define _GNU_SOURCE
#include "include/CAllocationCounter.h"

#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITISED 1
#endif
#endif

static _Thread_local long allocations;

long allocations_of_this_thread(void) { return allocations; }

#if defined(__GLIBC__) && !defined(IS_SANITISED)

bool counts_allocations(void) { return true; }

static uintptr_t blas_start, blas_size;

static int find_blas(struct dl_phdr_info *library, size_t size, void *context) {
  (void)size;
  (void)context;
  if (!strstr(library->dlpi_name, "openblas")) return 0;
  blas_start = library->dlpi_addr;
  for (int i = 0; i < library->dlpi_phnum; i++) {
    uintptr_t end = library->dlpi_phdr[i].p_vaddr + library->dlpi_phdr[i].p_memsz;
    if (library->dlpi_phdr[i].p_type == PT_LOAD && end > blas_size) blas_size = end;
  }
  return 1;
}

__attribute__((constructor)) static void prepare(void) { dl_iterate_phdr(find_blas, NULL); }

static inline void count(void *caller) { allocations += (uintptr_t)caller - blas_start >= blas_size; }

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  count(__builtin_return_address(0));
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(__builtin_return_address(0));
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  count(__builtin_return_address(0));
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  count(__builtin_return_address(0));
  void *found = __libc_memalign(alignment, size);
  if (!found) return ENOMEM;
  *memory = found;
  return 0;
}

#else

bool counts_allocations(void) { return false; }

#endif
