// Staged: all tiles of a stretch are transformed, then multiplied component by component, then transformed back.
#include "../include/ck_threads.h"
#include "winograd_pass.h"

static int stretch_tiles(const ck_winograd *c) {
  int most = (int)(STAGED_FLOATS / ((long)components(c) * c->depth * (row_of(c) + panels(c) * PANEL)));
  int stretches = ck_ceiling_division(tiles(c), ck_maximum(most, BLOCK_TILES));
  int even = ck_ceiling_division(tiles(c), stretches);
  return ck_minimum(tiles(c), ck_ceiling_division(even, BLOCK_TILES) * BLOCK_TILES);
}
static long staged_input(const ck_winograd *c) { return (long)stretch_tiles(c) * c->depth * input_line(c) + GAP; }
static long product_line(const ck_winograd *c) { return ck_spread_line(panels(c) * PANEL); }
static long staged_output(const ck_winograd *c) {
  return (long)stretch_tiles(c) * c->depth * product_line(c) + GAP;
}
size_t ck_staged_scratch(const ck_winograd *c) {
  return components(c) * (staged_input(c) + staged_output(c) + (size_t)row_of(c) * c->workers) + PANEL;
}
static float *staged_products(const ck_pass *j) { return j->scratch + components(j->c) * staged_input(j->c); }

typedef struct {
  int slice, first, last;
} stretch_part;

// A part of a slice of the stretch.
static stretch_part part_of(const ck_pass *j, int index) {
  int parts = ck_ceiling_division(j->last_tile - j->first_tile, BLOCK_TILES);
  int first = j->first_tile + index % parts * BLOCK_TILES;
  return (stretch_part){index / parts, first, ck_minimum(first + BLOCK_TILES, j->last_tile)};
}
static int part_count(const ck_pass *j) {
  return ck_ceiling_division(j->last_tile - j->first_tile, BLOCK_TILES) * j->c->depth;
}
static long line_of(const ck_pass *j, stretch_part p) {
  return (long)p.slice * (j->last_tile - j->first_tile) + p.first - j->first_tile;
}

static void staged_transform(void *context, int index, int worker) {
  const ck_pass *j = context;
  stretch_part p = part_of(j, index);
  float *border = staged_products(j) + components(j->c) * staged_output(j->c) + PANEL +
                  (size_t)worker * components(j->c) * row_of(j->c);
  ck_pass_transform(
      j, p.slice, p.first, p.last, j->scratch + line_of(j, p) * input_line(j->c), staged_input(j->c), border);
}

static void staged_multiply(void *context, int q, int worker) {
  (void)worker;
  const ck_pass *j = context;
  const ck_winograd *c = j->c;
  int count = j->last_tile - j->first_tile, margin = c->kernel_depth / 2;
  long in_line = input_line(c), out_line = product_line(c);
  const float *in = j->scratch + q * staged_input(c);
  float *out = staged_products(j) + q * staged_output(c);
  for (int panel = 0; panel < panels(c); panel++)
    // The middle tap first: it reaches every slice.
    for (int n = 0; n < c->kernel_depth; n++) {
      int tap = (n + margin) % c->kernel_depth, shift = tap - margin;
      int begin = ck_maximum(0, -shift), end = c->depth - ck_maximum(0, shift);
      if (end <= begin) continue;
      float *to = out + (long)begin * count * out_line + panel * PANEL;
      j->kernels->multiply(&(ck_product){
          .rows = (end - begin) * count, .columns = panel_width(c, panel), .depth = row_of(c),
          .a = in + (long)(begin + shift) * count * in_line, .a_stride = in_line,
          .b = weights_at(c, j->transformed, panel, tap, q), .b_stride = panel_width(c, panel), .c = to,
          .c_stride = out_line, .start = n > 0 ? to : NULL, .start_stride = out_line,
          .next = weights_at(c, j->transformed, panel + 1, tap, q)});
    }
}

static void staged_write(void *context, int index, int worker) {
  (void)worker;
  const ck_pass *j = context;
  stretch_part p = part_of(j, index);
  long line = product_line(j->c);
  for (int panel = 0; panel < panels(j->c); panel++)
    ck_pass_write(
        j, staged_products(j) + line_of(j, p) * line + panel * PANEL, staged_output(j->c), line, panel, p.slice,
        p.first, p.last, BLOCK_TILES);
}

void ck_staged_forward(ck_pass *pass) {
  const ck_winograd *c = pass->c;
  for (pass->first_tile = 0; pass->first_tile < tiles(c); pass->first_tile = pass->last_tile) {
    pass->last_tile = ck_minimum(pass->first_tile + stretch_tiles(c), tiles(c));
    ck_parallel_for(part_count(pass), c->workers, staged_transform, pass);
    ck_parallel_for(components(c), c->workers, staged_multiply, pass);
    ck_parallel_for(part_count(pass), c->workers, staged_write, pass);
  }
}
