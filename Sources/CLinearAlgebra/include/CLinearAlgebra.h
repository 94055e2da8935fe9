/* Dense linear algebra in double precision through OpenBLAS and LAPACK, on one thread.
 *
 * Matrices are stored row after row. The last bits of results may depend on the processor: OpenBLAS chooses its kernels for
 * it. Nothing here prints or ends the program.
 */
#ifndef CLINEARALGEBRA_H
#define CLINEARALGEBRA_H

#include <stdbool.h>
#include <stddef.h>

/* NULL, or why nothing can be computed: the libraries are loaded when they are needed first. */
const char *clinearalgebra_unavailable(void);

/* c (m x n) = op(a) op(b), where op(a) is m x k and op(b) k x n; a transposed operand is stored as it is before the turn. */
void clinearalgebra_multiply(
    bool transposes_a, bool transposes_b, int m, int n, int k, const double *a, const double *b, double *c);

/* a (rows x columns, overwritten) = u diag(values) vt with r = min(rows, columns): u is rows x r, vt r x columns; values fall.
   0, or LAPACK's number of a failure. */
int clinearalgebra_decompose(int rows, int columns, double *a, double *u, double *values, double *vt);

/* Solves a x = b for a symmetric positive definite a (size x size, overwritten); b becomes x. 0, or LAPACK's number of a
   failure: above 0 where a is not positive definite. */
int clinearalgebra_solve(int size, double *a, double *b);

#endif
