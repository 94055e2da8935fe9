// OpenBLAS and LAPACK are loaded when they are needed first: other commands start faster, have no further threads, and run
// where the libraries are missing.
#include <cblas.h>
#include <dlfcn.h>
#include <lapacke.h>
#include <pthread.h>
#include <stdio.h>

#include "CLinearAlgebra.h"

static struct {
  __typeof__(&cblas_dgemm) dgemm;
  __typeof__(&LAPACKE_dgesdd) dgesdd;
  __typeof__(&LAPACKE_dposv) dposv;
  void (*set_threads)(int);
} lib;

static char problem[256];

static void *opened(const char *name) {
  if (problem[0]) return NULL;
  void *handle = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  if (!handle) snprintf(problem, sizeof problem, "%s", dlerror());
  return handle;
}

static void *found(void *handle, const char *name) {
  if (problem[0]) return NULL;
  void *function = dlsym(handle, name);
  if (!function) snprintf(problem, sizeof problem, "OpenBLAS or LAPACK has no function %s", name);
  return function;
}

static void load(void) {
  // First, so that LAPACKE calls OpenBLAS's LAPACK and not the reference one.
  void *blas = opened("libopenblas.so.0");
  void *lapack = opened("liblapacke.so.3");
  lib.dgemm = (__typeof__(lib.dgemm))found(blas, "cblas_dgemm");
  lib.set_threads = (__typeof__(lib.set_threads))found(blas, "openblas_set_num_threads");
  lib.dgesdd = (__typeof__(lib.dgesdd))found(lapack, "LAPACKE_dgesdd");
  lib.dposv = (__typeof__(lib.dposv))found(lapack, "LAPACKE_dposv");
  if (!problem[0]) lib.set_threads(1);
}

const char *clinearalgebra_unavailable(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return problem[0] ? problem : NULL;
}

void clinearalgebra_multiply(
    bool transposes_a, bool transposes_b, int m, int n, int k, const double *a, const double *b, double *c) {
  if (m == 0 || n == 0) return;
  lib.dgemm(
      CblasRowMajor, transposes_a ? CblasTrans : CblasNoTrans, transposes_b ? CblasTrans : CblasNoTrans, m, n, k, 1, a,
      transposes_a ? m : k, b, transposes_b ? k : n, 0, c, n);
}

int clinearalgebra_decompose(int rows, int columns, double *a, double *u, double *values, double *vt) {
  const int rank = rows < columns ? rows : columns;
  return lib.dgesdd(LAPACK_ROW_MAJOR, 'S', rows, columns, a, columns, values, u, rank, vt, columns);
}

int clinearalgebra_solve(int size, double *a, double *b) {
  return lib.dposv(LAPACK_ROW_MAJOR, 'L', size, 1, a, size, b, 1);
}
