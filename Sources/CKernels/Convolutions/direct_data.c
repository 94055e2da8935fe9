// The gradient of the input: of each phase, a convolution of the output's gradient with weights that are turned round.
#include "direct.h"

#include "direct_blocks.h"
#include "include/ck_threads.h"

enum { TILE = 16 };

// A phase, and the number of taps and blocks of those before it.
typedef struct {
  ck_phase phase;
  cut cut;
  int index, first_tap, first_block;
} data_phase;

static data_phase phase_at(const ck_convolution *c, int index, int first_tap, int first_block) {
  ck_phase phase = ck_phase_at(c, index);
  return (data_phase){
      .phase = phase, .cut = cut_of(ck_patches_of_output(c, phase), c->filters), .index = index,
      .first_tap = first_tap, .first_block = first_block};
}
static data_phase first_phase(const ck_convolution *c) { return phase_at(c, 0, 0, 0); }
static int end_tap(const data_phase *p) { return p->first_tap + ck_taps(&p->cut.patches); }
static int end_block(const data_phase *p) { return p->first_block + p->cut.blocks; }
static data_phase next_phase(const ck_convolution *c, const data_phase *p) {
  return phase_at(c, p->index + 1, end_tap(p), end_block(p));
}

// MARK: Turned weights

typedef struct {
  const ck_convolution *c;
  const float *weights;
  float *turned;
} turning;

// [rows, columns] -> [columns, rows]
CK_LOOP(
    void, transpose, (const float *restrict from, int rows, int columns, float *restrict to),
    (from, rows, columns, to)) {
  for (int row = 0; row < rows; row += TILE)
    for (int column = 0; column < columns; column += TILE) {
      int last_row = ck_minimum(row + TILE, rows), last_column = ck_minimum(column + TILE, columns);
      for (int j = column; j < last_column; j++)
        for (int i = row; i < last_row; i++) to[(size_t)j * rows + i] = from[(size_t)i * columns + j];
    }
}

static void turn_tap(void *context, int index, int worker) {
  (void)worker;
  const turning *t = context;
  data_phase p = first_phase(t->c);
  while (index >= end_tap(&p)) p = next_phase(t->c, &p);
  int tap = ck_kernel_tap(t->c, p.phase, index - p.first_tap);
  size_t size = (size_t)channels(t->c) * t->c->filters;
  transpose(t->weights + tap * size, channels(t->c), t->c->filters, t->turned + index * size);
}

void ck_turn_weights(const ck_convolution *c, const float *weights, float *turned) {
  turning t = {c, weights, turned};
  ck_parallel_for(taps(c), c->workers, turn_tap, &t);
}

// MARK: The pass

static size_t turned_size(const ck_convolution *c) { return ck_padded((size_t)taps(c) * channels(c) * c->filters); }
static size_t packed_size(const ck_convolution *c, int taps, int columns) {
  return ck_packed_size((long)taps * c->filters, columns);
}

static size_t largest_worker(const ck_convolution *c) {
  size_t largest = 0;
  for (int index = 0; index < ck_phases(c); index++) {
    data_phase p = phase_at(c, index, 0, 0);
    if (worker_scratch(&p.cut) > largest) largest = worker_scratch(&p.cut);
  }
  return largest;
}

size_t ck_direct_backward_data_scratch(const ck_convolution *c) {
  return turned_size(c) + packed_size(c, taps(c), c->channels_a) + packed_size(c, taps(c), c->channels_b) +
         largest_worker(c) * c->workers;
}

typedef struct {
  const ck_kernels *kernels;
  const ck_convolution *c;
  const ck_convolution_tensors *t;
  float *packed[2], *scratch;
  size_t worker;
} data_pass;

// Some channels of a gradient: the first of `columns`, of which there are `all`.
typedef struct {
  float *values;
  int columns, all;
} channel_range;

// Copies products to the gradient of a block's pixels; or, where these are to be added to, the gradient to `panel`.
static void copy_block(
    const ck_convolution *c, const data_phase *p, int block, channel_range gradient, bool is_read, float *panel) {
  const ck_patches *u = &p->cut.patches;
  long first = (long)block * p->cut.block, stride = (long)c->stride_width * gradient.all;
  for (int left = positions_of(&p->cut, block), run; left > 0; left -= run, first += run, panel += run * CK_PANEL) {
    long row = first / u->width.positions, plane = row / u->height.positions, image = plane / u->depth.positions;
    int column = (int)(first % u->width.positions);
    run = ck_minimum(left, u->width.positions - column);
    long z = image * c->depth + plane % u->depth.positions * c->stride_depth + p->phase.depth;
    long y = z * c->height + row % u->height.positions * c->stride_height + p->phase.height;
    long x = y * c->width + column * c->stride_width + p->phase.width;
    float *pixels = gradient.values + x * gradient.all;
    if (is_read) ck_copy_lines(pixels, stride, run, gradient.columns, panel, CK_PANEL);
    else ck_copy_lines(panel, CK_PANEL, run, gradient.columns, pixels, stride);
  }
}

// The products of a phase whose pixels are apart.
static void multiply_apart(
    const data_pass *pass, const data_phase *p, int block, ck_product product, ck_gradient gradient, int columns,
    const float *packed, float *panel) {
  product.c = panel, product.c_stride = CK_PANEL;
  product.start = gradient.adds ? panel : NULL, product.start_stride = CK_PANEL;
  for (int index = 0; index < ck_panels(columns); index++) {
    int first = index * CK_PANEL;
    channel_range range = {gradient.values + first, ck_minimum(CK_PANEL, columns - first), columns};
    product.columns = product.b_stride = ck_panel_width(columns, index);
    product.b = packed + first * product.depth;
    if (gradient.adds) copy_block(pass->c, p, block, range, true, panel);
    pass->kernels->multiply(&product);
    copy_block(pass->c, p, block, range, false, panel);
  }
}

// The products of neighbouring pixels.
static void multiply_beside(
    const data_pass *pass, long first, ck_product product, ck_gradient gradient, int columns, const float *packed,
    float *panel) {
  product.c = gradient.values + first * columns, product.c_stride = columns;
  product.start = gradient.adds ? product.c : NULL, product.start_stride = columns;
  for (int index = 0; index < ck_panels(columns); index++)
    ck_multiply_panel(pass->kernels, product, (ck_epilogue){0}, columns, index, packed, panel);
}

static void data_block(void *context, int index, int worker) {
  const data_pass *pass = context;
  const ck_convolution *c = pass->c;
  data_phase p = first_phase(c);
  while (index >= end_block(&p)) p = next_phase(c, &p);
  const cut *u = &p.cut;
  int block = index - p.first_block;
  long first = (long)block * u->block;
  float *scratch = pass->scratch + worker * pass->worker;
  ck_product product = {.rows = positions_of(u, block), .depth = u->unfolded, .a = scratch, .a_stride = u->unfolded};
  if (is_in_place(u)) product.a = pass->t->output_gradient + first * c->filters;
  else ck_gather(&u->patches, pass->t->output_gradient, c->filters, 0, c->filters, first, product.rows, scratch);
  int columns[2] = {c->channels_a, c->channels_b};
  ck_gradient gradients[2] = {pass->t->gradient_a, pass->t->gradient_b};
  for (int side = 0; side < 2; side++) {
    const float *packed = pass->packed[side] + packed_size(c, p.first_tap, columns[side]);
    if (!gradients[side].values) continue;
    if (ck_phases(c) == 1)
      multiply_beside(pass, first, product, gradients[side], columns[side], packed, spare(u, scratch));
    else
      multiply_apart(pass, &p, block, product, gradients[side], columns[side], packed, spare(u, scratch));
  }
}

void ck_direct_backward_data(const ck_convolution *c, const ck_convolution_tensors *t, float *scratch) {
  float *a = scratch + turned_size(c), *b = a + packed_size(c, taps(c), c->channels_a);
  data_pass pass = {
      .kernels = ck_kernels_in_use(), .c = c, .t = t, .packed = {a, b},
      .scratch = b + packed_size(c, taps(c), c->channels_b), .worker = largest_worker(c)};
  ck_turn_weights(c, t->weights, scratch);
  data_phase p = first_phase(c);
  for (;; p = next_phase(c, &p)) {
    const float *turned = scratch + (size_t)p.first_tap * c->filters * channels(c);
    int depth = p.cut.unfolded;
    ck_pack(turned, depth, c->channels_a, channels(c), a + packed_size(c, p.first_tap, c->channels_a));
    ck_pack(turned + c->channels_a, depth, c->channels_b, channels(c), b + packed_size(c, p.first_tap, c->channels_b));
    if (p.index == ck_phases(c) - 1) break;
  }
  ck_parallel_for(end_block(&p), c->workers, data_block, &pass);
}
