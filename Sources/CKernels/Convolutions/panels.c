#include "panels.h"

#include <string.h>

void ck_pack(const float *matrix, long depth, int columns, long stride, float *packed) {
  for (int panel = 0; panel < ck_panels(columns); panel++) {
    int width = ck_panel_width(columns, panel), there = ck_minimum(width, columns - panel * CK_PANEL);
    const float *from = matrix + panel * CK_PANEL;
    for (long k = 0; k < depth; k++, packed += width, from += stride) {
      memcpy(packed, from, sizeof(float) * (size_t)there);
      memset(packed + there, 0, sizeof(float) * (size_t)(width - there));
    }
  }
}

void ck_pack_transposed(const float *matrix, long depth, int columns, long stride, float *packed) {
  for (int panel = 0; panel < ck_panels(columns); panel++) {
    int width = ck_panel_width(columns, panel), there = ck_minimum(width, columns - panel * CK_PANEL);
    for (int i = 0; i < there; i++) {
      const float *from = matrix + (panel * CK_PANEL + i) * stride;
      for (long k = 0; k < depth; k++) packed[k * width + i] = from[k];
    }
    for (long k = 0; k < depth && there < width; k++)
      memset(packed + k * width + there, 0, sizeof(float) * (size_t)(width - there));
    packed += depth * width;
  }
}

void ck_pad_columns(const float *line, int columns, float *padded) {
  memcpy(padded, line, sizeof(float) * (size_t)columns);
  memset(padded + columns, 0, sizeof(float) * (size_t)(ck_panels(columns) * CK_PANEL - columns));
}

CK_INLINE void copy_lines(const float *from, long from_stride, long lines, int count, float *to, long to_stride) {
  for (long line = 0; line < lines; line++)
    memcpy(to + line * to_stride, from + line * from_stride, sizeof(float) * (size_t)count);
}

// The copies of a known length are instructions, not calls.
void ck_copy_lines(const float *from, long from_stride, long lines, int count, float *to, long to_stride) {
  switch (count) {
    case 1: return copy_lines(from, from_stride, lines, 1, to, to_stride);
    case 2: return copy_lines(from, from_stride, lines, 2, to, to_stride);
    case 3: return copy_lines(from, from_stride, lines, 3, to, to_stride);
    case 4: return copy_lines(from, from_stride, lines, 4, to, to_stride);
    case 16: return copy_lines(from, from_stride, lines, 16, to, to_stride);
    case 32: return copy_lines(from, from_stride, lines, 32, to, to_stride);
    default: return copy_lines(from, from_stride, lines, count, to, to_stride);
  }
}

static const float *from_panel(const float *line, int panel) { return line ? line + panel * CK_PANEL : NULL; }

void ck_multiply_panel(
    const ck_kernels *kernels, ck_product product, ck_epilogue epilogue, int columns, int panel, const float *packed,
    float *spare) {
  int width = ck_panel_width(columns, panel), there = ck_minimum(width, columns - panel * CK_PANEL);
  bool is_whole = there == width;
  float *c = product.c + panel * CK_PANEL;
  long stride = product.c_stride;
  product.columns = width;
  product.b = packed + panel * CK_PANEL * product.depth, product.b_stride = width;
  product.start = from_panel(product.start, panel);
  epilogue.scale = from_panel(epilogue.scale, panel), epilogue.shift = from_panel(epilogue.shift, panel);
  if (product.start && !is_whole) {
    ck_copy_lines(product.start, product.start_stride, product.rows, there, spare, CK_PANEL);
    product.start = spare, product.start_stride = CK_PANEL;
  }
  product.c = is_whole ? c : spare, product.c_stride = is_whole ? stride : CK_PANEL;
  kernels->multiply(&product);
  if (epilogue.scale || epilogue.shift || epilogue.rectifies)
    kernels->finish(product.c, product.c_stride, product.rows, width, epilogue);
  if (!is_whole) ck_copy_lines(spare, CK_PANEL, product.rows, there, c, stride);
}
