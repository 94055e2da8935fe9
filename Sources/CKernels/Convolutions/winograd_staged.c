// Staged: all tiles of a stretch are transformed, then multiplied component by component, then transformed back.
#include "include/ck_threads.h"
#include "winograd_pass.h"

static int stretch_blocks(const ck_winograd *c) {
  long tile = (long)components(c) * c->depth * (row_of(c) + panels(c) * PANEL);
  int most = ck_maximum(1, (int)(STAGED_FLOATS / (tile * block_tiles(c))));
  return ck_ceiling_division(blocks(c), ck_ceiling_division(blocks(c), most));
}
static int stretch_tiles(const ck_winograd *c) { return ck_minimum(tiles(c), stretch_blocks(c) * block_tiles(c)); }
static long staged_input(const ck_winograd *c) { return (long)stretch_tiles(c) * c->depth * input_line(c) + GAP; }
static long product_line(const ck_winograd *c) { return ck_spread_line(panels(c) * PANEL); }
static long staged_output(const ck_winograd *c) {
  return (long)stretch_tiles(c) * c->depth * product_line(c) + GAP;
}
size_t ck_staged_scratch(const ck_winograd *c) {
  return components(c) * (staged_input(c) + staged_output(c) + (size_t)row_of(c) * c->workers) + PANEL;
}
static float *staged_products(const ck_pass *pass) {
  return pass->scratch + components(pass->c) * staged_input(pass->c);
}

// A block of a slice of the stretch.
static int block_count(const ck_pass *pass) { return pass->last_block - pass->first_block; }
static ck_tile_range block_of(const ck_pass *pass, int index) {
  return block_at(pass->c, index / block_count(pass), pass->first_block + index % block_count(pass));
}
static long first_tile(const ck_pass *pass) { return block_at(pass->c, 0, pass->first_block).first; }
static int tile_count(const ck_pass *pass) {
  return (int)(block_at(pass->c, 0, pass->last_block - 1).last - first_tile(pass));
}
static long line_of(const ck_pass *pass, ck_tile_range p) {
  return (long)p.slice * tile_count(pass) + p.first - first_tile(pass);
}

static void staged_transform(void *context, int index, int worker) {
  const ck_pass *pass = context;
  ck_tile_range p = block_of(pass, index);
  float *border = staged_products(pass) + components(pass->c) * staged_output(pass->c) + PANEL +
                  (size_t)worker * components(pass->c) * row_of(pass->c);
  ck_pass_transform(
      pass, p, pass->scratch + line_of(pass, p) * input_line(pass->c), staged_input(pass->c), border);
}

static void staged_multiply(void *context, int q, int worker) {
  (void)worker;
  const ck_pass *pass = context;
  const ck_winograd *c = pass->c;
  int count = tile_count(pass), margin = c->kernel_depth / 2;
  long in_line = input_line(c), out_line = product_line(c);
  const float *in = pass->scratch + q * staged_input(c);
  float *out = staged_products(pass) + q * staged_output(c);
  for (int panel = 0; panel < panels(c); panel++)
    // The middle tap first: it reaches every slice.
    for (int n = 0; n < c->kernel_depth; n++) {
      int tap = (n + margin) % c->kernel_depth, shift = tap - margin;
      int begin = ck_maximum(0, -shift), end = c->depth - ck_maximum(0, shift);
      if (end <= begin) continue;
      float *to = out + (long)begin * count * out_line + panel * PANEL;
      pass->kernels->multiply(&(ck_product){
          .rows = (end - begin) * count, .columns = panel_width(c, panel), .depth = row_of(c),
          .a = in + (long)(begin + shift) * count * in_line, .a_stride = in_line,
          .b = weights_at(c, pass->transformed, panel, tap, q), .b_stride = panel_width(c, panel), .c = to,
          .c_stride = out_line, .start = n > 0 ? to : NULL, .start_stride = out_line,
          .next = weights_at(c, pass->transformed, panel + 1, tap, q)});
    }
}

static void staged_write(void *context, int index, int worker) {
  (void)worker;
  const ck_pass *pass = context;
  ck_tile_range p = block_of(pass, index);
  ck_components products = {.component = staged_output(pass->c), .row = product_line(pass->c)};
  for (int panel = 0; panel < panels(pass->c); panel++) {
    products.values = staged_products(pass) + line_of(pass, p) * products.row + panel * PANEL;
    ck_pass_write(pass, products, panel, p);
  }
}

void ck_staged_forward(ck_pass *pass) {
  const ck_winograd *c = pass->c;
  for (pass->first_block = 0; pass->first_block < blocks(c); pass->first_block = pass->last_block) {
    pass->last_block = ck_minimum(pass->first_block + stretch_blocks(c), blocks(c));
    ck_parallel_for(block_count(pass) * c->depth, c->workers, staged_transform, pass);
    ck_parallel_for(components(c), c->workers, staged_multiply, pass);
    ck_parallel_for(block_count(pass) * c->depth, c->workers, staged_write, pass);
  }
}
