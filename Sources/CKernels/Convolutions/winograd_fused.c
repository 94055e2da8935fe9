// Fused: a block of tiles goes from the input to the output while it is in the cache.
#include "include/ck_threads.h"
#include "winograd_pass.h"

// Slices that one item goes through, so that each is transformed about once.
static int chunk_slices(const ck_winograd *c) {
  int chunks = ck_ceiling_division(ENOUGH_ITEMS, blocks(c));
  return ck_maximum(ck_minimum(SMALLEST_CHUNK, c->depth), ck_ceiling_division(c->depth, chunks));
}

static long input_component(const ck_winograd *c) { return (long)largest_block(c) * input_line(c) + GAP; }
static long output_component(const ck_winograd *c) { return (long)largest_block(c) * PANEL + GAP; }
static size_t fused_worker(const ck_winograd *c) {
  return components(c) * (c->kernel_depth * input_component(c) + output_component(c) + row_of(c)) + PANEL;
}

static void fused_slice(const ck_pass *pass, const float *ring, float *products, int slice, int block) {
  const ck_winograd *c = pass->c;
  ck_tile_range tiles = block_at(c, slice, block);
  long in = input_component(c), out = output_component(c);
  int margin = c->kernel_depth / 2;
  for (int panel = 0; panel < panels(c); panel++) {
    int width = panel_width(c, panel);
    for (int q = 0; q < components(c); q++)
      // The middle tap first, as in the other ways.
      for (int n = 0; n < c->kernel_depth; n++) {
        int tap = (n + margin) % c->kernel_depth, source = slice + tap - margin;
        if (source < 0 || source >= c->depth) continue;
        float *to = products + q * out;
        pass->kernels->multiply(&(ck_product){
            .rows = (int)(tiles.last - tiles.first), .columns = width, .depth = row_of(c),
            .a = ring + (source % c->kernel_depth * components(c) + q) * in, .a_stride = input_line(c),
            .b = weights_at(c, pass->transformed, panel, tap, q), .b_stride = width, .c = to, .c_stride = PANEL,
            .start = n > 0 ? to : NULL, .start_stride = PANEL,
            .next = weights_behind(c, pass->transformed, panel, tap, q)});
      }
    ck_components written = {.values = products, .component = out, .row = PANEL};
    ck_pass_write(pass, written, panel, tiles);
  }
}

static void fused_item(void *context, int index, int worker) {
  const ck_pass *pass = context;
  const ck_winograd *c = pass->c;
  int block = index % blocks(c), chunk = index / blocks(c);
  int begin = chunk * chunk_slices(c), end = ck_minimum(begin + chunk_slices(c), c->depth);
  int margin = c->kernel_depth / 2;
  float *ring = pass->scratch + worker * fused_worker(c);
  float *products = ring + components(c) * c->kernel_depth * input_component(c);
  float *border = products + components(c) * output_component(c) + PANEL;
  for (int slice = begin - margin; slice < end + margin; slice++) {
    if (slice >= 0 && slice < c->depth)
      ck_pass_transform(
          pass, block_at(c, slice, block), ring + slice % c->kernel_depth * components(c) * input_component(c),
          input_component(c), border);
    if (slice - margin >= begin) fused_slice(pass, ring, products, slice - margin, block);
  }
}

size_t ck_fused_scratch(const ck_winograd *c) { return fused_worker(c) * c->workers; }

void ck_fused_forward(ck_pass *pass) {
  const ck_winograd *c = pass->c;
  int chunks = ck_ceiling_division(c->depth, chunk_slices(c));
  ck_parallel_for(blocks(c) * chunks, c->workers, fused_item, pass);
}
