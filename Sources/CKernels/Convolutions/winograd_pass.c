#include "winograd_pass.h"

void ck_pass_transform(const ck_pass *pass, ck_tile_range tiles, float *to, long component, float *border) {
  ck_components components = {.values = to, .component = component, .row = input_line(pass->c)};
  for (int i = 0; i < 2 && pass->operands[i].channels; i++)
    pass->kernels->transform_input(&pass->grid, &pass->operands[i], tiles, components, border);
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

void ck_pass_write(const ck_pass *pass, ck_components products, int panel, ck_tile_range tiles) {
  const ck_winograd *c = pass->c;
  if (!pass->moments) return write_tiles(pass, products, panel, tiles, NULL);
  int run = run_tiles(c), all = c->batch * image_tiles(c);
  for (long first = tiles.first; first < tiles.last; first += run, products.values += run * products.row) {
    ck_moments *moments = ck_moments_at(pass->moments, c->filters_a, ((long)tiles.slice * all + first) / run);
    if (panel == 0)
      *moments = (ck_moments){
          .image = (int)(first / image_tiles(c)), .pixels = pixels_of_tiles(&pass->grid, (int)first, (int)first + run)};
    write_tiles(pass, products, panel, (ck_tile_range){tiles.slice, first, first + run}, moments);
  }
}
