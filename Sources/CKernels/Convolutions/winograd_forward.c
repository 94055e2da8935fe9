#include "../include/ck_threads.h"
#include "../moments.h"
#include "winograd_plan.h"

static long input_line(const ck_winograd *c) { return ck_spread_line(row_of(c)); }

typedef struct {
  const ck_kernels *kernels;
  const ck_winograd *c;
  ck_grid grid;
  ck_operand operands[2];
  const float *weights;
  ck_epilogue epilogue;
  ck_winograd_output outputs[2];
  float *scratch;
  int first_tile, last_tile;  // of a staged stretch
} job;

static void transform_slice(
    const job *j, int slice, int first, int last, float *to, long component, float *border) {
  for (int i = 0; i < 2 && j->operands[i].channels; i++)
    j->kernels->transform_input(
        &j->grid, &j->operands[i], slice, first, last, to, component, input_line(j->c), border);
}

// The first part of a block of tiles in a slice: blocks may begin and end within an image.
static long part_index(const ck_winograd *c, int block, int slice, int first) {
  int image = tiles(c) / c->batch, blocks = ck_ceiling_division(tiles(c), block);
  int images = ck_minimum(c->batch, (block - 1) / image + 2);
  return ((long)slice * blocks + first / block) * images;
}

// Writes a panel's products, of tiles of one image, to the one or two outputs that its filters belong to.
static void write_tiles(
    const job *j, const float *products, long component, long row, int panel, int slice, int first, int last,
    ck_part *part) {
  int counts[2] = {j->c->filters_a, j->c->filters_b};
  for (int i = 0, start = 0; i < 2; start += counts[i++]) {
    int from = ck_maximum(panel * PANEL, start), to = ck_minimum(panel * PANEL + PANEL, start + counts[i]);
    if (from >= to || !j->outputs[i].values) continue;
    ck_epilogue epilogue = j->epilogue;
    if (epilogue.scale) epilogue.scale += from;
    if (epilogue.shift) epilogue.shift += from;
    ck_result result = {j->outputs[i].values, counts[i], from - start, to - from, epilogue, j->outputs[i].adds, NULL,
                        counts[i]};
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

// The same of any tiles, image by image; those that are written together, from a multiple of `block` on, are block by
// block and image by image a part of the moments.
static void write_panel(
    const job *j, const float *products, long component, long row, int panel, int slice, int first, int last,
    int block) {
  int image = j->grid.rows * j->grid.columns;
  float *moments = j->outputs[0].moments;
  long index = part_index(j->c, block, slice, first);
  for (int begin = first, end; begin < last; begin = end, index++) {
    end = ck_minimum(last, (begin / image + 1) * image);
    ck_part *part = moments ? ck_part_at(moments, j->c->filters_a, index) : NULL;
    if (part && panel == 0) *part = (ck_part){.image = begin / image, .pixels = pixels_of_tiles(&j->grid, begin, end)};
    write_tiles(j, products + (begin - first) * row, component, row, panel, slice, begin, end, part);
  }
}

// MARK: Fused: a block of tiles goes from input to output while it is in the cache

static int block_tiles(const ck_winograd *c) {
  int most = BLOCK_FLOATS / (components(c) * c->kernel_depth * row_of(c)) / BLOCK_TILES * BLOCK_TILES;
  return ck_minimum(ck_maximum(BLOCK_TILES, ck_minimum(LARGEST_BLOCK, most)), tiles(c));
}
static int blocks(const ck_winograd *c) { return ck_ceiling_division(tiles(c), block_tiles(c)); }

// Slices that one item goes through, so that each is transformed about once.
static int chunk_slices(const ck_winograd *c) {
  int chunks = ck_ceiling_division(ENOUGH_ITEMS, blocks(c));
  return ck_maximum(ck_minimum(SMALLEST_CHUNK, c->depth), ck_ceiling_division(c->depth, chunks));
}

static long input_component(const ck_winograd *c) { return (long)block_tiles(c) * input_line(c) + GAP; }
static long output_component(const ck_winograd *c) { return (long)block_tiles(c) * PANEL + GAP; }
static size_t fused_worker(const ck_winograd *c) {
  return components(c) * (c->kernel_depth * input_component(c) + output_component(c) + row_of(c)) + PANEL;
}

// The weights of the product to come.
static const float *weights_behind(const ck_winograd *c, const float *weights, int panel, int tap, int component) {
  if (tap + 1 < c->kernel_depth) return weights_at(c, weights, panel, tap + 1, component);
  if (component + 1 < components(c)) return weights_at(c, weights, panel, 0, component + 1);
  return weights_at(c, weights, panel + 1 < panels(c) ? panel + 1 : 0, 0, 0);
}

static void fused_slice(
    const job *j, const float *ring, float *products, int slice, int first, int last) {
  const ck_winograd *c = j->c;
  long in = input_component(c), out = output_component(c);
  int margin = c->kernel_depth / 2;
  for (int panel = 0; panel < panels(c); panel++) {
    int width = panel_width(c, panel);
    for (int q = 0; q < components(c); q++)
      for (int tap = 0, adds = false; tap < c->kernel_depth; tap++) {
        int source = slice + tap - margin;
        if (source < 0 || source >= c->depth) continue;
        float *to = products + q * out;
        j->kernels->multiply(&(ck_product){
            .rows = last - first, .columns = width, .depth = row_of(c),
            .a = ring + (source % c->kernel_depth * components(c) + q) * in, .a_stride = input_line(c),
            .b = weights_at(c, j->weights, panel, tap, q), .b_stride = width, .c = to, .c_stride = PANEL,
            .start = adds ? to : NULL, .start_stride = PANEL, .next = weights_behind(c, j->weights, panel, tap, q)});
        adds = true;
      }
    write_panel(j, products, out, PANEL, panel, slice, first, last, block_tiles(c));
  }
}

static void fused_item(void *context, int index, int worker) {
  const job *j = context;
  const ck_winograd *c = j->c;
  int block = block_tiles(c), first = index % blocks(c) * block, last = ck_minimum(first + block, tiles(c));
  int begin = index / blocks(c) * chunk_slices(c), end = ck_minimum(begin + chunk_slices(c), c->depth);
  int margin = c->kernel_depth / 2;
  float *ring = j->scratch + worker * fused_worker(c);
  float *products = ring + components(c) * c->kernel_depth * input_component(c);
  float *border = products + components(c) * output_component(c) + PANEL;
  for (int slice = begin - margin; slice < end + margin; slice++) {
    if (slice >= 0 && slice < c->depth)
      transform_slice(
          j, slice, first, last, ring + slice % c->kernel_depth * components(c) * input_component(c),
          input_component(c), border);
    if (slice - margin >= begin) fused_slice(j, ring, products, slice - margin, first, last);
  }
}

// MARK: Staged: all tiles of a stretch are transformed, then multiplied component by component, then transformed back

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
static size_t staged_scratch(const ck_winograd *c) {
  return components(c) * (staged_input(c) + staged_output(c) + (size_t)row_of(c) * c->workers) + PANEL;
}
static float *staged_products(const job *j) { return j->scratch + components(j->c) * staged_input(j->c); }

typedef struct {
  int slice, first, last;
} stretch_part;

// A part of a slice of the stretch.
static stretch_part part_of(const job *j, int index) {
  int parts = ck_ceiling_division(j->last_tile - j->first_tile, BLOCK_TILES);
  int first = j->first_tile + index % parts * BLOCK_TILES;
  return (stretch_part){index / parts, first, ck_minimum(first + BLOCK_TILES, j->last_tile)};
}
static int part_count(const job *j) {
  return ck_ceiling_division(j->last_tile - j->first_tile, BLOCK_TILES) * j->c->depth;
}
static long line_of(const job *j, stretch_part p) {
  return (long)p.slice * (j->last_tile - j->first_tile) + p.first - j->first_tile;
}

static void staged_transform(void *context, int index, int worker) {
  const job *j = context;
  stretch_part p = part_of(j, index);
  float *border = staged_products(j) + components(j->c) * staged_output(j->c) + PANEL +
                  (size_t)worker * components(j->c) * row_of(j->c);
  transform_slice(
      j, p.slice, p.first, p.last, j->scratch + line_of(j, p) * input_line(j->c), staged_input(j->c), border);
}

static void staged_multiply(void *context, int q, int worker) {
  (void)worker;
  const job *j = context;
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
          .b = weights_at(c, j->weights, panel, tap, q), .b_stride = panel_width(c, panel), .c = to,
          .c_stride = out_line, .start = n > 0 ? to : NULL, .start_stride = out_line,
          .next = weights_at(c, j->weights, panel + 1, tap, q)});
    }
}

static void staged_write(void *context, int index, int worker) {
  (void)worker;
  const job *j = context;
  stretch_part p = part_of(j, index);
  long line = product_line(j->c);
  for (int panel = 0; panel < panels(j->c); panel++)
    write_panel(
        j, staged_products(j) + line_of(j, p) * line + panel * PANEL, staged_output(j->c), line, panel, p.slice,
        p.first, p.last, BLOCK_TILES);
}

// MARK: The choice

// Fused, each block reads all weights; staged, tiles and products go through memory.
static bool is_staged(const ck_winograd *c) {
  double weights = (double)weights_panel_size(c) * panels(c);
  double moved = 2.0 * components(c) * c->depth * tiles(c) * (row_of(c) + panels(c) * PANEL);
  return weights > WEIGHTS_IN_CACHE && weights * blocks(c) * c->depth > moved;
}

int ck_winograd_parts(const ck_winograd *c) {
  return (int)part_index(c, is_staged(c) ? BLOCK_TILES : block_tiles(c), c->depth, 0);
}

// A block may have fewer parts than there is room for.
static void clear_parts(const ck_winograd *c, float *moments) {
  for (int i = 0; i < ck_winograd_parts(c); i++) ck_part_at(moments, c->filters_a, i)->pixels = 0;
}

size_t ck_winograd_forward_scratch(const ck_winograd *c) {
  return is_staged(c) ? staged_scratch(c) : fused_worker(c) * c->workers;
}

void ck_winograd_forward(
    const ck_winograd *c, ck_input a, ck_input b, const float *weights, ck_epilogue epilogue,
    ck_winograd_output output_a, ck_winograd_output output_b, float *scratch) {
  if (output_a.moments) clear_parts(c, output_a.moments);
  job j = {
      .kernels = ck_kernels_in_use(),
      .c = c,
      .grid = grid_of(c),
      .operands = {operand_of(a, c->channels_a, 0), operand_of(b, c->channels_b, padded(c->channels_a))},
      .weights = weights,
      .epilogue = epilogue,
      .outputs = {output_a, output_b},
      .scratch = scratch,
  };
  if (!is_staged(c)) {
    ck_parallel_for(blocks(c) * ck_ceiling_division(c->depth, chunk_slices(c)), c->workers, fused_item, &j);
    return;
  }
  for (j.first_tile = 0; j.first_tile < tiles(c); j.first_tile = j.last_tile) {
    j.last_tile = ck_minimum(j.first_tile + stretch_tiles(c), tiles(c));
    ck_parallel_for(part_count(&j), c->workers, staged_transform, &j);
    ck_parallel_for(components(c), c->workers, staged_multiply, &j);
    ck_parallel_for(part_count(&j), c->workers, staged_write, &j);
  }
}
