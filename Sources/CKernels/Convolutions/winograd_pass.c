#include "winograd_pass.h"

void ck_pass_transform(
    const ck_pass *j, int slice, int first, int last, float *to, long component, float *border) {
  for (int i = 0; i < 2 && j->operands[i].channels; i++)
    j->kernels->transform_input(
        &j->grid, &j->operands[i], slice, first, last, to, component, input_line(j->c), border);
}

// Blocks may begin and end within an image, and then are several parts.
long ck_pass_part(const ck_winograd *c, int block, int slice, int first) {
  int image = tiles(c) / c->batch, blocks = ck_ceiling_division(tiles(c), block);
  int images = ck_minimum(c->batch, (block - 1) / image + 2);
  return ((long)slice * blocks + first / block) * images;
}

// Writes a panel's products, of tiles of one image, to the one or two outputs that its filters belong to.
static void write_tiles(
    const ck_pass *j, const float *products, long component, long row, int panel, int slice, int first, int last,
    ck_part *part) {
  int counts[2] = {j->c->filters_a, j->c->filters_b};
  long pixels = (long)j->c->batch * j->c->depth * j->c->height * j->c->width;
  for (int i = 0, start = 0; i < 2; start += counts[i++]) {
    int from = ck_maximum(panel * PANEL, start), to = ck_minimum(panel * PANEL + PANEL, start + counts[i]);
    if (from >= to || !j->outputs[i].values) continue;
    ck_epilogue epilogue = j->epilogue;
    if (epilogue.scale) epilogue.scale += from;
    if (epilogue.shift) epilogue.shift += from;
    ck_result result = {.values = j->outputs[i].values, .channels = counts[i], .first = from - start,
                        .count = to - from, .epilogue = epilogue, .adds = j->outputs[i].adds,
                        .past_cache = ck_is_past_cache(pixels * counts[i]), .squares = counts[i]};
    if (part) result.means = ck_means(part) + from;
    j->kernels->transform_output(
        &j->grid, products + from - panel * PANEL, component, row, slice, first, last, &result);
  }
}

// The pixels of tiles first..<last of one image.
static int pixels_of_tiles(const ck_grid *g, int first, int last) {
  int pixels = 0;
  for (int tile = first; tile < last; tile++)
    pixels += ck_minimum(g->tile, g->height - tile / g->columns % g->rows * g->tile) *
              ck_minimum(g->tile, g->width - tile % g->columns * g->tile);
  return pixels;
}

void ck_pass_write(
    const ck_pass *j, const float *products, long component, long row, int panel, int slice, int first, int last,
    int block) {
  int image = j->grid.rows * j->grid.columns;
  float *moments = j->outputs[0].moments;
  long index = ck_pass_part(j->c, block, slice, first);
  for (int begin = first, end; begin < last; begin = end, index++) {
    end = ck_minimum(last, (begin / image + 1) * image);
    ck_part *part = moments ? ck_part_at(moments, j->c->filters_a, index) : NULL;
    if (part && panel == 0) *part = (ck_part){.image = begin / image, .pixels = pixels_of_tiles(&j->grid, begin, end)};
    write_tiles(j, products + (begin - first) * row, component, row, panel, slice, begin, end, part);
  }
}
