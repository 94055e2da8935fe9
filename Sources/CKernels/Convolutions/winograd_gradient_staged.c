// Staged: all tiles of a stretch are transformed, then multiplied component by component.
#include <string.h>

#include "include/ck_threads.h"
#include "winograd_gradient.h"

enum { CHUNK = 16, LINES_IN_CACHE = 128, PAIRED_LINES = 64, FEWEST_PAIRED_LINES = 128, SLICES = 4 };

// Whether F(3, 2) in depth pays: the sums of a fourth component are not for nothing.
static bool is_in_pairs(const ck_winograd *c) {
  return saves_in_depth(c) && tiles(c) * c->depth >= FEWEST_PAIRED_LINES;
}

// The floats from a tile to the next: powers of two would share cache lines.
static long input_line(const ck_winograd *c) { return row_of(c) + GAP; }
static long gradient_line(const ck_winograd *c) { return columns(c) + GAP; }
static int stretch_tiles(const ck_winograd *c) {
  int most = (int)(STAGED_FLOATS / ((long)components(c) * c->depth * (row_of(c) + columns(c))));
  return ck_ceiling_division(tiles(c), ck_ceiling_division(tiles(c), ck_maximum(most, 1)));
}
static long staged_input(const ck_winograd *c) { return (long)stretch_tiles(c) * c->depth * input_line(c) + GAP; }
static long staged_gradient(const ck_winograd *c) { return (long)stretch_tiles(c) * c->depth * gradient_line(c) + GAP; }
// [tap, or component in depth][component][row][columns], with gaps
static int sums_in_depth(const ck_winograd *c) { return is_in_pairs(c) ? CK_DEPTH_COMPONENTS : c->kernel_depth; }
static long product_line(const ck_winograd *c) { return columns(c) + GAP; }
static long product_component(const ck_winograd *c) { return row_of(c) * product_line(c); }
// Of a worker: components in depth, and zeros.
static long paired_line(const ck_winograd *c) { return ck_maximum(input_line(c), gradient_line(c)); }
static size_t paired_room(const ck_winograd *c) {
  size_t lines = CK_DEPTH_COMPONENTS * (input_line(c) + gradient_line(c)) + paired_line(c);
  return is_in_pairs(c) ? PAIRED_LINES * lines : 0;
}
static size_t staged_worker(const ck_winograd *c) {
  return (size_t)components(c) * ck_maximum(row_of(c), columns(c)) + paired_room(c);
}
size_t ck_staged_gradient_scratch(const ck_winograd *c) {
  return components(c) * (staged_input(c) + staged_gradient(c) + (size_t)sums_in_depth(c) * product_component(c)) +
         staged_worker(c) * c->workers;
}
static float *staged_gradients(const ck_gradient_pass *pass) {
  return pass->scratch + components(pass->c) * staged_input(pass->c);
}
static float *staged_products(const ck_gradient_pass *pass) {
  return staged_gradients(pass) + components(pass->c) * staged_gradient(pass->c);
}
static float *staged_border(const ck_gradient_pass *pass, int worker) {
  const ck_winograd *c = pass->c;
  return staged_products(pass) + (size_t)components(c) * sums_in_depth(c) * product_component(c) +
         (size_t)worker * staged_worker(c);
}

static void staged_transform(void *context, int index, int worker) {
  const ck_gradient_pass *pass = context;
  const ck_winograd *c = pass->c;
  int blocks = ck_ceiling_division(pass->last_tile - pass->first_tile, BLOCK_TILES), slice = index / blocks;
  int first = pass->first_tile + index % blocks * BLOCK_TILES, last = ck_minimum(first + BLOCK_TILES, pass->last_tile);
  long line = (long)slice * (pass->last_tile - pass->first_tile) + first - pass->first_tile;
  float *border = staged_border(pass, worker);
  ck_tile_range range = {slice, first, last};
  ck_components inputs = {
      .values = pass->scratch + line * input_line(c), .component = staged_input(c), .row = input_line(c)};
  ck_components gradients = {
      .values = staged_gradients(pass) + line * gradient_line(c),
      .component = staged_gradient(c),
      .row = gradient_line(c),
  };
  ck_gradient_pass_transform(pass, range, inputs, border);
  pass->kernels->transform_gradient(&pass->grid, &pass->gradient, range, gradients, border);
}

static void staged_sum(void *context, int index, int worker) {
  (void)worker;
  const ck_gradient_pass *pass = context;
  const ck_winograd *c = pass->c;
  int tap = index / components(c), q = index % components(c), count = pass->last_tile - pass->first_tile;
  int shift = tap - c->kernel_depth / 2, begin = ck_maximum(0, -shift), end = c->depth - ck_maximum(0, shift);
  float *sums = staged_products(pass) + index * product_component(c);
  const float *in = pass->scratch + q * staged_input(c) + (long)(begin + shift) * count * input_line(c);
  const float *gradient = staged_gradients(pass) + q * staged_gradient(c) + (long)begin * count * gradient_line(c);
  long lines = (long)ck_maximum(end - begin, 0) * count;
  for (long line = 0; line == 0 || line < lines; line += LINES_IN_CACHE)
    for (int column = 0; column < columns(c); column += PANEL)
      pass->kernels->multiply(&(ck_product){
          .rows = row_of(c), .columns = ck_minimum(PANEL, columns(c) - column),
          .depth = lines - line < LINES_IN_CACHE ? lines - line : LINES_IN_CACHE,
          .a = in + line * input_line(c), .a_stride = input_line(c), .a_is_transposed = 1,
          .b = gradient + line * gradient_line(c) + column, .b_stride = gradient_line(c), .c = sums + column,
          .c_stride = product_line(c), .start = line > 0 || pass->first_tile > 0 ? sums + column : NULL,
          .start_stride = product_line(c)});
}

// Components in depth of some lines, and their sums, for one component in the plane.
typedef struct {
  float *inputs[CK_DEPTH_COMPONENTS], *gradients[CK_DEPTH_COMPONENTS], *zeros, *sums;
  int lines;
  bool adds;
} paired_lines;

static paired_lines lines_of(const ck_gradient_pass *pass, int q, int worker) {
  const ck_winograd *c = pass->c;
  float *first = staged_border(pass, worker) + (size_t)components(c) * ck_maximum(row_of(c), columns(c));
  paired_lines lines = {.sums = staged_products(pass) + q * product_component(c), .adds = pass->first_tile > 0};
  for (int i = 0; i < CK_DEPTH_COMPONENTS; i++) {
    lines.inputs[i] = first + i * PAIRED_LINES * input_line(c);
    lines.gradients[i] = first + PAIRED_LINES * (CK_DEPTH_COMPONENTS * input_line(c) + i * gradient_line(c));
  }
  lines.zeros = first + PAIRED_LINES * CK_DEPTH_COMPONENTS * (input_line(c) + gradient_line(c));
  memset(lines.zeros, 0, sizeof(float) * PAIRED_LINES * (size_t)paired_line(c));
  return lines;
}

static void add_lines(const ck_gradient_pass *pass, paired_lines *lines) {
  const ck_winograd *c = pass->c;
  for (int i = 0; i < CK_DEPTH_COMPONENTS && lines->lines > 0; i++)
    for (int column = 0; column < columns(c); column += PANEL) {
      float *to = lines->sums + (long)i * components(c) * product_component(c) + column;
      pass->kernels->multiply(&(ck_product){
          .rows = row_of(c), .columns = ck_minimum(PANEL, columns(c) - column), .depth = lines->lines,
          .a = lines->inputs[i], .a_stride = input_line(c), .a_is_transposed = 1, .b = lines->gradients[i] + column,
          .b_stride = gradient_line(c), .c = to, .c_stride = product_line(c), .start = lines->adds ? to : NULL,
          .start_stride = product_line(c)});
    }
  lines->lines = 0, lines->adds = true;
}

// The lines of some tiles of a pair of slices; slices outside the image are zeros.
static void transform_lines(
    const ck_gradient_pass *pass, int q, int slice, int tile, int count, const paired_lines *lines) {
  const ck_winograd *c = pass->c;
  const float *slices[SLICES], *gradients[2];
  float *inputs[CK_DEPTH_COMPONENTS], *outputs[CK_DEPTH_COMPONENTS];
  for (int i = 0; i < SLICES; i++) {
    long at = slice - 1 + i, line = at * (pass->last_tile - pass->first_tile) + tile;
    slices[i] = at >= 0 && at < c->depth ? pass->scratch + q * staged_input(c) + line * input_line(c) : lines->zeros;
    inputs[i] = lines->inputs[i] + lines->lines * input_line(c);
    outputs[i] = lines->gradients[i] + lines->lines * gradient_line(c);
  }
  for (int i = 0; i < 2; i++) {
    long line = (slice + (long)i) * (pass->last_tile - pass->first_tile) + tile;
    gradients[i] = slice + i < c->depth
                       ? staged_gradients(pass) + q * staged_gradient(c) + line * gradient_line(c)
                       : lines->zeros;
  }
  pass->kernels->transform_depth(CK_DEPTH_INPUT, slices, count * input_line(c), inputs);
  pass->kernels->transform_depth(CK_DEPTH_GRADIENT, gradients, count * gradient_line(c), outputs);
}

static void staged_sum_pairs(void *context, int q, int worker) {
  const ck_gradient_pass *pass = context;
  int all = pass->last_tile - pass->first_tile;
  paired_lines lines = lines_of(pass, q, worker);
  for (int slice = 0; slice < pass->c->depth; slice += 2)
    for (int tile = 0, count; tile < all; tile += count) {
      count = ck_minimum(all - tile, PAIRED_LINES - lines.lines);
      transform_lines(pass, q, slice, tile, count, &lines);
      lines.lines += count;
      if (lines.lines == PAIRED_LINES) add_lines(pass, &lines);
    }
  add_lines(pass, &lines);
}

static void staged_join(void *context, int q, int worker) {
  (void)worker;
  const ck_gradient_pass *pass = context;
  const ck_winograd *c = pass->c;
  ck_gradient_pass_join(
      pass, staged_products(pass) + (long)q * product_component(c), components(c) * product_component(c),
      product_component(c));
}

static void staged_write(void *context, int index, int worker) {
  (void)worker;
  const ck_gradient_pass *pass = context;
  const ck_winograd *c = pass->c;
  int chunks = ck_ceiling_division(row_of(c), CHUNK), tap = index / chunks, first = index % chunks * CHUNK;
  ck_gradient_pass_write(
      pass, tap, first, ck_minimum(first + CHUNK, row_of(c)),
      staged_products(pass) + (long)tap * components(c) * product_component(c) + first * product_line(c),
      product_component(c), product_line(c));
}

void ck_staged_gradient(ck_gradient_pass *pass) {
  const ck_winograd *c = pass->c;
  for (; pass->first_tile < tiles(c); pass->first_tile = pass->last_tile) {
    pass->last_tile = ck_minimum(pass->first_tile + stretch_tiles(c), tiles(c));
    int blocks = ck_ceiling_division(pass->last_tile - pass->first_tile, BLOCK_TILES);
    ck_parallel_for(blocks * c->depth, c->workers, staged_transform, pass);
    if (is_in_pairs(c))
      ck_parallel_for(components(c), c->workers, staged_sum_pairs, pass);
    else
      ck_parallel_for(components(c) * c->kernel_depth, c->workers, staged_sum, pass);
  }
  if (is_in_pairs(c)) ck_parallel_for(components(c), c->workers, staged_join, pass);
  ck_parallel_for(ck_ceiling_division(row_of(c), CHUNK) * c->kernel_depth, c->workers, staged_write, pass);
}
