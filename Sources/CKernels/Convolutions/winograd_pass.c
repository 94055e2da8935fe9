#include "winograd_pass.h"

void ck_pass_transform(const ck_pass *pass, ck_tile_range tiles, float *to, long component, float *border) {
  ck_components components = {.values = to, .component = component, .row = input_line(pass->c)};
  for (int i = 0; i < 2 && pass->operands[i].channels; i++)
    pass->kernels->transform_input(&pass->grid, &pass->operands[i], tiles, components, border);
}

// Blocks may begin and end within an image, and then have several moments.
long ck_pass_moment_block(const ck_winograd *c, int block, int slice, int first) {
  int image = image_tiles(c), blocks = ck_ceiling_division(tiles(c), block);
  int images = ck_minimum(c->batch, (block - 1) / image + 2);
  return ((long)slice * blocks + first / block) * images;
}

// Writes a panel's products, of tiles of one image, to the one or two outputs that its filters belong to.
static void write_tiles(
    const ck_pass *pass, ck_components products, int panel, ck_tile_range tiles, ck_moments *moments) {
  float *values = products.values;
  int counts[2] = {pass->c->filters_a, pass->c->filters_b};
  long pixels = (long)pass->c->batch * pass->c->depth * pass->c->height * pass->c->width;
  for (int i = 0, start = 0; i < 2; start += counts[i++]) {
    int from = ck_maximum(panel * PANEL, start), to = ck_minimum(panel * PANEL + PANEL, start + counts[i]);
    if (from >= to || !pass->outputs[i].values) continue;
    ck_epilogue epilogue = pass->epilogue;
    if (epilogue.scale) epilogue.scale += from;
    if (epilogue.shift) epilogue.shift += from;
    ck_result result = {
        .values = pass->outputs[i].values,
        .channels = counts[i],
        .first = from - start,
        .count = to - from,
        .epilogue = epilogue,
        .adds = pass->outputs[i].adds,
        .past_cache = ck_is_past_cache(pixels * counts[i]),
        .squares = counts[i],
    };
    if (moments) result.means = ck_means(moments) + from;
    products.values = values + from - panel * PANEL;
    pass->kernels->transform_output(&pass->grid, products, tiles, &result);
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

void ck_pass_write(const ck_pass *pass, ck_components products, int panel, ck_tile_range tiles, long moment_block) {
  long image = pass->grid.rows * pass->grid.columns, end;
  float *values = products.values;
  for (long begin = tiles.first; begin < tiles.last; begin = end, moment_block++) {
    end = tiles.last < (begin / image + 1) * image ? tiles.last : (begin / image + 1) * image;
    ck_moments *moments = pass->moments ? ck_moments_at(pass->moments, pass->c->filters_a, moment_block) : NULL;
    if (moments && panel == 0)
      *moments = (ck_moments){
          .image = (int)(begin / image), .pixels = pixels_of_tiles(&pass->grid, (int)begin, (int)end)};
    products.values = values + (begin - tiles.first) * products.row;
    write_tiles(pass, products, panel, (ck_tile_range){tiles.slice, begin, end}, moments);
  }
}
