// Matrix products of any width: the right-hand matrix is packed into panels of 32 columns, the last of 16 where that is
// enough, zeros in the columns that there are not: [panel][depth][width].
#ifndef CK_PANELS_H
#define CK_PANELS_H

#include "blocks.h"
#include "kernels.h"

enum { CK_PANEL = 32 };

CK_INLINE int ck_panels(int columns) { return ck_ceiling_division(columns, CK_PANEL); }
CK_INLINE int ck_panel_width(int columns, int panel) { return columns - panel * CK_PANEL > 16 ? CK_PANEL : 16; }
CK_INLINE size_t ck_packed_size(long depth, int columns) { return (size_t)depth * ck_panels(columns) * CK_PANEL; }

// Packs `matrix`, [depth][columns], whose rows are `stride` floats apart.
void ck_pack(const float *matrix, long depth, int columns, long stride, float *packed);

// Packs the transposed of `matrix`, [columns][depth].
void ck_pack_transposed(const float *matrix, long depth, int columns, long stride, float *packed);

// Copies a line of numbers, one a column, with zeros up to whole panels.
void ck_pad_columns(const float *line, int columns, float *padded);

// Copies `count` floats of each line.
void ck_copy_lines(const float *from, long from_stride, long lines, int count, float *to, long to_stride);

// One panel of a product whose b is packed. Of `product`, the columns, b and its stride are filled in; c, start and the
// epilogue (of whole panels) are those of the whole product. `columns` are all; `spare` has room for rows x CK_PANEL
// floats.
void ck_multiply_panel(
    const ck_kernels *kernels, ck_product product, ck_epilogue epilogue, int columns, int panel, const float *packed,
    float *spare);

#endif
