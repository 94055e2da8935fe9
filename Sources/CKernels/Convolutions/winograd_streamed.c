// Streamed: all tiles are transformed; then each panel of filters transforms its weights, some channels at a time,
// multiplies by all tiles and writes. The transformed weights never leave the cache, which pays where tiles are few.
#include "include/ck_threads.h"
#include "winograd_pass.h"

enum { CHUNK = 128 };  // channels whose weights are transformed together

static int all_tiles(const ck_winograd *c) { return tiles(c) * c->depth; }

// [component][slice][tile][channel]
static long input_component(const ck_winograd *c) { return all_tiles(c) * input_line(c) + GAP; }
// [component][channel of the chunk][filter]
enum { CHUNK_COMPONENT = CHUNK * PANEL + GAP };
// [component][slice][tile][filter]
static long product_component(const ck_winograd *c) { return (long)all_tiles(c) * PANEL + GAP; }
static size_t worker_size(const ck_winograd *c) {
  return components(c) * (CHUNK_COMPONENT + product_component(c) + row_of(c));
}

size_t ck_streamed_scratch(const ck_winograd *c) {
  return components(c) * input_component(c) + worker_size(c) * c->workers + PANEL;
}

typedef struct {
  float *weights, *products, *border;
} worker_room;
static worker_room room_of(const ck_pass *pass, int worker) {
  const ck_winograd *c = pass->c;
  float *weights = pass->scratch + components(c) * input_component(c) + worker * worker_size(c);
  float *products = weights + components(c) * CHUNK_COMPONENT;
  return (worker_room){weights, products, products + components(c) * product_component(c)};
}

static void transform_block(void *context, int index, int worker) {
  const ck_pass *pass = context;
  const ck_winograd *c = pass->c;
  ck_tile_range block = block_at(c, index / blocks(c), index % blocks(c));
  float *to = pass->scratch + ((long)block.slice * tiles(c) + block.first) * input_line(c);
  ck_pass_transform(pass, block, to, input_component(c), room_of(pass, worker).border);
}

// Channels of one of the inputs, and where they stand in the rows of transformed ones.
typedef struct {
  int channel, count, row;
} chunk;

// Adds the chunk's products at one tap in depth.
static void multiply_chunk(const ck_pass *pass, chunk k, int panel, int tap, bool is_first, const worker_room *room) {
  const ck_winograd *c = pass->c;
  int width = panel_width(c, panel), shift = tap - c->kernel_depth / 2;
  int begin = ck_maximum(0, -shift), end = c->depth - ck_maximum(0, shift);
  if (end <= begin) return;
  ck_winograd_transform_channels(
      pass->kernels, c, pass->weights,
      (ck_weights_chunk){.first = k.channel, .count = k.count, .panel = panel, .tap = tap}, room->weights,
      CHUNK_COMPONENT);
  const float *in = pass->scratch + (long)(begin + shift) * tiles(c) * input_line(c) + k.row;
  float *to = room->products + (long)begin * tiles(c) * PANEL;
  for (int q = 0; q < components(c); q++, in += input_component(c), to += product_component(c))
    pass->kernels->multiply(&(ck_product){
        .rows = (end - begin) * tiles(c), .columns = width, .depth = padded(k.count), .a = in,
        .a_stride = input_line(c), .b = room->weights + q * CHUNK_COMPONENT, .b_stride = width, .c = to,
        .c_stride = PANEL, .start = is_first ? NULL : to, .start_stride = PANEL});
}

static void multiply_tap(const ck_pass *pass, int panel, int tap, bool is_first, const worker_room *room) {
  int counts[2] = {pass->c->channels_a, pass->c->channels_b}, channel = 0, row = 0;
  for (int i = 0; i < 2; channel += counts[i++])
    for (int first = 0; first < counts[i]; first += CHUNK) {
      chunk k = {channel + first, ck_minimum(CHUNK, counts[i] - first), row};
      multiply_chunk(pass, k, panel, tap, is_first && row == 0, room);
      row += padded(k.count);
    }
}

static void streamed_panel(void *context, int panel, int worker) {
  const ck_pass *pass = context;
  const ck_winograd *c = pass->c;
  worker_room room = room_of(pass, worker);
  // The middle tap first: it reaches every slice.
  for (int n = 0; n < c->kernel_depth; n++)
    multiply_tap(pass, panel, (n + c->kernel_depth / 2) % c->kernel_depth, n == 0, &room);
  ck_components products = {.component = product_component(c), .row = PANEL};
  for (int slice = 0; slice < c->depth; slice++)
    for (int block = 0; block < blocks(c); block++) {
      ck_tile_range range = block_at(c, slice, block);
      products.values = room.products + ((long)slice * tiles(c) + range.first) * PANEL;
      ck_pass_write(pass, products, panel, range);
    }
}

void ck_streamed_forward(ck_pass *pass) {
  const ck_winograd *c = pass->c;
  ck_parallel_for(blocks(c) * c->depth, c->workers, transform_block, pass);
  ck_parallel_for(panels(c), c->workers, streamed_panel, pass);
}
