// The functions that are compiled once for each generation of processors, and the choice between them.
#ifndef CK_KERNELS_H
#define CK_KERNELS_H

#include <stdbool.h>

#include "Convolutions/winograd_grid.h"
#include "blocks.h"
#include "include/ck_warp.h"

// c[rows][columns] = start[rows][columns] + a[rows][depth] * b[depth][columns]; `columns` is 16 or 32. Each sum is one
// chain over the depth in order, whatever the processor.
typedef struct {
  int rows, columns;
  long depth;
  // Transposed: [depth][rows].
  const float *a;
  long a_stride;
  int a_is_transposed;
  const float *b;
  long b_stride;
  float *c;
  long c_stride;
  int past_cache;  // c is stored past the cache, where that is possible
  // May be c, or a line for all rows (stride 0); NULL: zeros.
  const float *start;
  long start_stride;
  // Unless NULL, the b of the product to come, where it may lie far off: it is fetched meanwhile.
  const float *next;
} ck_product;

// The windows of a maximum: `rows` of pixels `row` floats apart, in `planes` that are `plane` floats apart, of
// `columns`.
typedef struct {
  int planes, rows, columns, channels;
  long plane, row;
} ck_windows;

// Pixels of one group that are normalised by the coefficients and the slope of ck_normalisation.h.
typedef struct {
  const float *coefficients, *values;
  float slope;
  int pixels, channels;
  bool shares_statistics;  // several channels are normalised together
} ck_normalised;

#define CK_SPLINE_POLE (-0.2679491924311227f)
enum { CK_SPLINE_STARTS = 24 };

// The ends of a cubic B-spline's recursions over mirrored samples: how much each of the first gives to the first value
// of the causal one, and the factor of the last two in the other's.
typedef struct {
  int starts;
  float start[CK_SPLINE_STARTS], end;
} ck_spline;

// The weighted sums of `width` lines each (1: the line itself, 2 or 4).
typedef struct {
  int count, width;
  const int *indices;
  const float *weights;
} ck_blend;

// The voxels of a row that are located before they are sampled, and the floats of a line of control points.
enum { CK_WARP_STRETCH = 256 };
#define CK_WARP_LINE(w) ck_padded((size_t)(w)->lattice[0])

// What is warped, and to where; image or labels may be missing.
typedef struct {
  const ck_warp *warp;
  const float *image;
  const uint8_t *labels;
  float outside;
  uint8_t outside_label;
  float *to;
  uint8_t *to_labels;
} ck_warped;

// The transforms of Winograd's F(2, 3) in depth: of four slices of the input to components, of these to two slices of
// the output, of three taps, of two slices of the output's gradient, and of components to the gradient of three taps.
enum { CK_DEPTH_COMPONENTS = 4 };
typedef enum {
  CK_DEPTH_INPUT, CK_DEPTH_OUTPUT, CK_DEPTH_WEIGHTS, CK_DEPTH_GRADIENT, CK_DEPTH_WEIGHTS_GRADIENT
} ck_depth_transform;

typedef struct {
  const char *name;
  void (*multiply)(const ck_product *p);
  // Finishes matrix[rows][columns], of which there are 16 or 32; scale and shift have as many, or are NULL.
  void (*finish)(float *matrix, long stride, int rows, int columns, ck_epilogue epilogue);
  // `count` windows beside each other, beginning at `from`, to `to`[count][channels].
  void (*pool)(const ck_windows *windows, const float *from, int count, float *to);
  void (*normalise)(const ck_normalised *n, bool past_cache, float *to);
  void (*sum_normalised_gradient)(const ck_normalised *n, const float *gradient, float *sums, float *products);
  // The mean sums are those of the gradient, and of that times the normalised input; of channels that share their
  // statistics, behind the scale.
  void (*turn_normalised_gradient)(
      const ck_normalised *n, const float *mean_sum, const float *mean_product, float *gradient);
  void (*transform_input)(
      const ck_grid *g, const ck_operand *operand, ck_tile_range tiles, ck_components to, float *border);
  void (*transform_gradient)(
      const ck_grid *g, const ck_operand *operand, ck_tile_range tiles, ck_components to, float *border);
  void (*transform_output)(
      const ck_grid *g, ck_components from, ck_tile_range tiles, const ck_result *result);
  // To components[(tile + 2)^2][channel][panel's filter].
  void (*transform_weights)(int tile, const ck_weights_panel *weights, ck_components to);
  void (*transform_weights_gradient)(
      int tile, const float *components, long component, int filters, float *gradient, long tap);
  // `count` floats, a multiple of 16, of each line; lines may be transformed in place.
  void (*transform_depth)(ck_depth_transform transform, const float *const *from, long count, float *const *to);
  // Samples to coefficients: `count` lines (at least 2) of `inner` floats, in place.
  void (*filter_lines)(const ck_spline *s, float *lines, long count, long stride, long inner);
  void (*blend_lines)(const ck_blend *b, const float *lines, long stride, long inner, float *to, long to_stride);
  // Row (j, k) of the output; `lines` are the control points that act on it, weighted along the other axes: [3] lines.
  void (*warp_row)(const ck_warped *warped, const float *lines, int j, int k);
} ck_kernels;

extern const ck_kernels ck_kernels_avx512, ck_kernels_avx2, ck_kernels_neon, ck_kernels_plain;

// Those that suit this processor, or that SEGMENT_KERNEL names.
const ck_kernels *ck_kernels_in_use(void);

// What CK_AUTOMATIC stands for.
ck_algorithm ck_algorithm_in_use(void);

#endif
