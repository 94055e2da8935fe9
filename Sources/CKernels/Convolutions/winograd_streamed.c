// Streamed: all tiles are transformed; then each panel of filters transforms its weights, some channels at a time,
// multiplies by all tiles and writes. The transformed weights never leave the cache, which pays where tiles are few.
#include "../include/ck_threads.h"
#include "winograd_pass.h"

enum { CHUNK = 128 };  // channels whose weights are transformed together

static int lines(const ck_winograd *c) { return tiles(c) * c->depth; }

// [component][slice][tile][channel]
static long input_component(const ck_winograd *c) { return lines(c) * input_line(c) + GAP; }
// [component][channel of the chunk][filter]
enum { CHUNK_COMPONENT = CHUNK * PANEL + GAP };
// [component][slice][tile][filter]
static long product_component(const ck_winograd *c) { return (long)lines(c) * PANEL + GAP; }
static size_t worker_size(const ck_winograd *c) {
  return components(c) * (CHUNK_COMPONENT + product_component(c) + row_of(c));
}

size_t ck_streamed_scratch(const ck_winograd *c) {
  return components(c) * input_component(c) + worker_size(c) * c->workers + PANEL;
}

typedef struct {
  float *weights, *products, *border;
} worker_room;
static worker_room room_of(const ck_pass *j, int worker) {
  const ck_winograd *c = j->c;
  float *weights = j->scratch + components(c) * input_component(c) + worker * worker_size(c);
  float *products = weights + components(c) * CHUNK_COMPONENT;
  return (worker_room){weights, products, products + components(c) * product_component(c)};
}

static int part_count(const ck_winograd *c) { return ck_ceiling_division(tiles(c), BLOCK_TILES); }

static void transform_part(void *context, int index, int worker) {
  const ck_pass *j = context;
  const ck_winograd *c = j->c;
  int slice = index / part_count(c), first = index % part_count(c) * BLOCK_TILES;
  float *to = j->scratch + ((long)slice * tiles(c) + first) * input_line(c);
  ck_pass_transform(
      j, slice, first, ck_minimum(first + BLOCK_TILES, tiles(c)), to, input_component(c), room_of(j, worker).border);
}

// Channels of one of the inputs, and where they stand in the rows of transformed ones.
typedef struct {
  int channel, count, row;
} chunk;

// Adds the chunk's products at one tap in depth.
static void multiply_chunk(const ck_pass *j, chunk k, int panel, int tap, bool is_first, const worker_room *room) {
  const ck_winograd *c = j->c;
  int width = panel_width(c, panel), shift = tap - c->kernel_depth / 2;
  int begin = ck_maximum(0, -shift), end = c->depth - ck_maximum(0, shift);
  if (end <= begin) return;
  ck_winograd_transform_channels(
      j->kernels, c, j->weights, k.channel, k.count, panel, tap, room->weights, CHUNK_COMPONENT);
  const float *in = j->scratch + (long)(begin + shift) * tiles(c) * input_line(c) + k.row;
  float *to = room->products + (long)begin * tiles(c) * PANEL;
  for (int q = 0; q < components(c); q++, in += input_component(c), to += product_component(c))
    j->kernels->multiply(&(ck_product){
        .rows = (end - begin) * tiles(c), .columns = width, .depth = padded(k.count), .a = in,
        .a_stride = input_line(c), .b = room->weights + q * CHUNK_COMPONENT, .b_stride = width, .c = to,
        .c_stride = PANEL, .start = is_first ? NULL : to, .start_stride = PANEL});
}

static void multiply_tap(const ck_pass *j, int panel, int tap, bool is_first, const worker_room *room) {
  int parts[2] = {j->c->channels_a, j->c->channels_b}, channel = 0, row = 0;
  for (int i = 0; i < 2; channel += parts[i++])
    for (int first = 0; first < parts[i]; first += CHUNK) {
      chunk k = {channel + first, ck_minimum(CHUNK, parts[i] - first), row};
      multiply_chunk(j, k, panel, tap, is_first && row == 0, room);
      row += padded(k.count);
    }
}

static void streamed_panel(void *context, int panel, int worker) {
  const ck_pass *j = context;
  const ck_winograd *c = j->c;
  worker_room room = room_of(j, worker);
  // The middle tap first: it reaches every slice.
  for (int n = 0; n < c->kernel_depth; n++)
    multiply_tap(j, panel, (n + c->kernel_depth / 2) % c->kernel_depth, n == 0, &room);
  for (int slice = 0; slice < c->depth; slice++)
    for (int first = 0; first < tiles(c); first += BLOCK_TILES)
      ck_pass_write(
          j, room.products + ((long)slice * tiles(c) + first) * PANEL, product_component(c), PANEL, panel, slice,
          first, ck_minimum(first + BLOCK_TILES, tiles(c)), BLOCK_TILES);
}

void ck_streamed_forward(ck_pass *pass) {
  const ck_winograd *c = pass->c;
  ck_parallel_for(part_count(c) * c->depth, c->workers, transform_part, pass);
  ck_parallel_for(panels(c), c->workers, streamed_panel, pass);
}
