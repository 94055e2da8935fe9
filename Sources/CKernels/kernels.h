// The functions that are compiled once for each generation of processors, and the choice between them.
#ifndef CK_KERNELS_H
#define CK_KERNELS_H

#include "Convolutions/winograd_grid.h"

typedef struct {
  const char *name;
  void (*multiply)(
      int rows, long depth, const float *a, long a_row, long a_depth, const float *b, long b_stride, int columns,
      float *c, long c_stride, int adds, const float *next);
  void (*transform_input)(
      const ck_grid *g, const ck_operand *operand, int slice, long first, long last, float *components, long component, long row,
      float *border);
  void (*transform_gradient)(
      const ck_grid *g, const ck_operand *operand, int slice, long first, long last, float *components, long component, long row,
      float *border);
  void (*transform_output)(
      const ck_grid *g, const float *components, long component, long row, int slice, long first, long last,
      const ck_result *result);
  void (*transform_weights)(
      int m, const float *weights, long tap, int channels, int filters, int first, int width, float *to,
      long component);
  void (*transform_weights_gradient)(
      int m, const float *components, long component, int filters, float *gradient, long tap);
} ck_kernels;

extern const ck_kernels ck_kernels_avx512, ck_kernels_avx2, ck_kernels_neon, ck_kernels_plain;

// Those that suit this processor, or that SEGMENT_KERNEL names.
const ck_kernels *ck_kernels_in_use(void);

#endif
