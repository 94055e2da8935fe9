// The work is cut into blocks of pixels whose maxima, or the gradients of these, stay in the cache; maxima between two
// blocks are computed for both. Forward, maxima are blended to rows of the output. Backward, the output's gradient is
// blended to that of the maxima, and each pixel gathers it from the windows in which it was the maximum. Each number is
// made of terms in a fixed order.
#include "include/ck_antialiased_pooling.h"

#include "blocks.h"
#include "include/ck_threads.h"
#include "Volumes/positions.h"
#include "taps.h"

typedef ck_antialiased_pooling shape;

typedef struct {
  const shape *c;
  const float *input, *output_gradient;
  uint8_t *winners;
  float *output, *scratch;
  ck_gradient input_gradient;
} pooling_pass;

static int maxima_depth(const shape *c) { return c->halves_depth ? c->depth - 1 : c->depth; }
static int maxima_height(const shape *c) { return c->height - 1; }
static int output_depth(const shape *c) { return c->halves_depth ? c->depth / 2 : c->depth; }
static size_t input_row(const shape *c) { return (size_t)c->width * c->channels; }
static size_t maxima_row(const shape *c) { return (size_t)(c->width - 1) * c->channels; }
static size_t output_row(const shape *c) { return (size_t)(c->width / 2) * c->channels; }

// Row y of plane z of an image's maxima, among those of all images.
static size_t maxima_start(const shape *c, int image, int z, int y) {
  return (((size_t)image * maxima_depth(c) + z) * maxima_height(c) + y) * maxima_row(c);
}
static size_t input_start(const shape *c, int image, int z, int y) {
  return (((size_t)image * c->depth + z) * c->height + y) * input_row(c);
}

size_t ck_antialiased_pooling_maxima(const shape *c) { return maxima_start(c, c->batch, 0, 0); }

// MARK: Blocks

// Of the input; even. A block takes no more planes than it has where the depth is not halved.
enum { BLOCK_PLANES = 4, BLOCK_ROWS = 8 };

// Indices first..<end.
typedef struct {
  int first, end;
} range;
static int length(range r) { return r.end - r.first; }

// Pixels of the input, and the maxima of the windows that they are in: these are also those that their outputs take.
typedef struct {
  int image;
  range planes, rows, maxima_planes, maxima_rows;
} block;

static int planes_of_block(const shape *c) { return c->halves_depth ? BLOCK_PLANES : 1; }
static int deep(const shape *c) { return ck_ceiling_division(c->depth, planes_of_block(c)); }
static int across(const shape *c) { return ck_ceiling_division(c->height, BLOCK_ROWS); }
static int blocks(const shape *c) { return c->batch * deep(c) * across(c); }

static range pixels_of(int index, int size, int count) {
  return (range){index * size, ck_minimum((index + 1) * size, count)};
}
static range maxima_of(range pixels, int count) {
  return (range){ck_maximum(0, pixels.first - 1), ck_minimum(pixels.end, count)};
}
static range outputs_of(range pixels) { return (range){pixels.first / 2, pixels.end / 2}; }

static block block_at(const shape *c, int index) {
  range rows = pixels_of(index % across(c), BLOCK_ROWS, c->height);
  range planes = pixels_of(index / across(c) % deep(c), planes_of_block(c), c->depth);
  return (block){
      .image = index / across(c) / deep(c), .planes = planes, .rows = rows,
      .maxima_planes = c->halves_depth ? maxima_of(planes, maxima_depth(c)) : planes,
      .maxima_rows = maxima_of(rows, maxima_height(c))};
}

// The maxima of a block, and a row of them.
static size_t worker_scratch(const shape *c) {
  int planes = c->halves_depth ? ck_minimum(BLOCK_PLANES + 1, maxima_depth(c)) : 1;
  int rows = ck_minimum(BLOCK_ROWS + 1, maxima_height(c));
  return ck_padded((size_t)planes * rows * maxima_row(c)) + ck_padded(maxima_row(c));
}
static float *blended_row(const shape *c, float *scratch) {
  return scratch + worker_scratch(c) - ck_padded(maxima_row(c));
}

size_t ck_antialiased_pooling_scratch(const shape *c) { return worker_scratch(c) * c->workers; }

// MARK: The blur

// What output `output` takes of `count` maxima, of which the first one here is number `first`.
static taps forward_taps(int output, bool halves, int count, int first) {
  if (!halves) return (taps){.count = 1, .index = {output - first}, .weight = {1}};
  int before = mirrored_index(2 * output - 1, count), behind = mirrored_index(2 * output + 1, count);
  return (taps){
      .count = 3, .index = {before - first, 2 * output - first, behind - first}, .weight = {0.25f, 0.5f, 0.25f}};
}

// The outputs, of which there are `outputs`, that take of a maximum.
static taps backward_taps(int maximum, bool halves, int count, int outputs) {
  if (!halves) return (taps){.count = 1, .index = {maximum}, .weight = {1}};
  taps t = {.count = 0};
  for (int output = ck_maximum(maximum / 2 - 1, 0); output <= ck_minimum(maximum / 2 + 1, outputs - 1); output++) {
    taps of = forward_taps(output, true, count, 0);
    float weight = 0;
    for (int i = 0; i < of.count; i++) weight += of.index[i] == maximum ? of.weight[i] : 0;
    if (weight == 0) continue;
    t.index[t.count] = output;
    t.weight[t.count++] = weight;
  }
  return t;
}

// A row of outputs of a row of maxima.
CK_LOOP(
    void, blur, (const float *restrict maxima, int count, int channels, float *restrict to),
    (maxima, count, channels, to)) {
  for (int x = 0; 2 * x < count; x++, to += channels) {
    const float *own = maxima + (size_t)2 * x * channels;
    const float *before = maxima + (size_t)mirrored_index(2 * x - 1, count) * channels;
    const float *behind = maxima + (size_t)mirrored_index(2 * x + 1, count) * channels;
    for (int i = 0; i < channels; i++) to[i] = 0.25f * before[i] + 0.5f * own[i] + 0.25f * behind[i];
  }
}

// The gradient of a row of maxima from that of a row of outputs. An even maximum gave half to the output of its own
// place; an odd one a quarter to each neighbour, or half where the neighbour is at an end and took it twice.
CK_LOOP(
    void, spread, (const float *restrict gradient, int count, int channels, float *restrict to),
    (gradient, count, channels, to)) {
  for (int x = 0; x < count; x++, to += channels) {
    const float *before = gradient + (size_t)(x / 2) * channels, *behind = before + channels;
    float first = x == 1 ? 0.5f : 0.25f, second = x == count - 2 ? 0.5f : 0.25f, own = count == 1 ? 1 : 0.5f;
    if (x % 2)
      for (int i = 0; i < channels; i++) to[i] = first * before[i] + second * behind[i];
    else
      for (int i = 0; i < channels; i++) to[i] = own * before[i];
  }
}

// MARK: Forward

enum { MOST_PLACES = 8 };

CK_INLINE void find_maxima_of(
    int count, const float *const *places, size_t length, float *restrict maxima, uint8_t *restrict winners) {
  const float *place[MOST_PLACES];
  for (int k = 0; k < count; k++) place[k] = places[k];
  for (size_t i = 0; i < length; i++) {
    float largest = place[0][i];
    int winner = 0;
#pragma clang loop unroll(full)
    for (int k = 1; k < count; k++) {
      int is_larger = place[k][i] > largest;
      largest = is_larger ? place[k][i] : largest;
      winner = is_larger ? k : winner;
    }
    maxima[i] = largest;
    if (winners) winners[i] = (uint8_t)winner;
  }
}

// The maxima of `count` places, each a row of the input that begins with another pixel of the first window. Without
// winners, none are written.
CK_LOOP(
    void, find_maxima,
    (const float *const *places, int count, size_t length, float *maxima, uint8_t *winners),
    (places, count, length, maxima, winners)) {
  if (count == 4 && winners) find_maxima_of(4, places, length, maxima, winners);
  else if (count == 4) find_maxima_of(4, places, length, maxima, NULL);
  else if (winners) find_maxima_of(8, places, length, maxima, winners);
  else find_maxima_of(8, places, length, maxima, NULL);
}

// Pixels of a window are numbered row by row. The block that has a maximum's first pixel writes its winner.
static void maxima_of_row(const pooling_pass *pass, const block *b, int z, int y, float *to) {
  const shape *c = pass->c;
  const float *places[MOST_PLACES];
  int count = c->halves_depth ? 8 : 4;
  for (int k = 0; k < count; k++)
    places[k] = pass->input + input_start(c, b->image, z + k / 4, y + k / 2 % 2) + k % 2 * c->channels;
  bool is_own = pass->winners && z >= b->planes.first && y >= b->rows.first;
  find_maxima(places, count, maxima_row(c), to, is_own ? pass->winners + maxima_start(c, b->image, z, y) : NULL);
}

static void forward_block(void *context, int index, int worker) {
  const pooling_pass *pass = context;
  const shape *c = pass->c;
  block b = block_at(c, index);
  float *maxima = pass->scratch + worker * worker_scratch(c), *to = maxima, *blended = blended_row(c, maxima);
  for (int z = b.maxima_planes.first; z < b.maxima_planes.end; z++)
    for (int y = b.maxima_rows.first; y < b.maxima_rows.end; y++, to += maxima_row(c))
      maxima_of_row(pass, &b, z, y, to);
  range planes = c->halves_depth ? outputs_of(b.planes) : b.planes, rows = outputs_of(b.rows);
  for (int z = planes.first; z < planes.end; z++)
    for (int y = rows.first; y < rows.end; y++) {
      taps along_z = forward_taps(z, c->halves_depth, maxima_depth(c), b.maxima_planes.first);
      taps along_y = forward_taps(y, true, maxima_height(c), b.maxima_rows.first);
      size_t row = ((size_t)b.image * output_depth(c) + z) * (c->height / 2) + y;
      ck_blend_rows(maxima, &along_z, &along_y, length(b.maxima_rows), maxima_row(c), blended);
      blur(blended, c->width - 1, c->channels, pass->output + row * output_row(c));
    }
}

void ck_antialiased_pooling_forward(
    const shape *c, const float *input, uint8_t *winners, float *output, float *scratch) {
  pooling_pass pass = {.c = c, .input = input, .winners = winners, .output = output, .scratch = scratch};
  ck_parallel_for(blocks(c), c->workers, forward_block, &pass);
}

// MARK: Backward

// Adds the gradient of those maxima whose pixel has the number `place` in their window.
CK_LOOP(
    void, gather,
    (const float *restrict gradient, const uint8_t *restrict winners, int place, size_t count, float *restrict to),
    (gradient, winners, place, count, to)) {
  for (size_t i = 0; i < count; i++) to[i] += winners[i] == place ? gradient[i] : 0;
}

// `maxima` are the gradients of the block's maxima.
static void gather_row(const pooling_pass *pass, const block *b, int z, int y, const float *maxima) {
  const shape *c = pass->c;
  float *to = pass->input_gradient.values + input_start(c, b->image, z, y);
  for (size_t i = 0; !pass->input_gradient.adds && i < input_row(c); i++) to[i] = 0;
  for (int dz = 0; dz < (c->halves_depth ? 2 : 1); dz++)
    for (int dy = 0; dy < 2; dy++) {
      if (z - dz < 0 || z - dz >= maxima_depth(c) || y - dy < 0 || y - dy >= maxima_height(c)) continue;
      int plane = z - dz - b->maxima_planes.first, row = y - dy - b->maxima_rows.first;
      const float *from = maxima + ((size_t)plane * length(b->maxima_rows) + row) * maxima_row(c);
      const uint8_t *winners = pass->winners + maxima_start(c, b->image, z - dz, y - dy);
      for (int dx = 0; dx < 2; dx++)
        gather(from, winners, 2 * (2 * dz + dy) + dx, maxima_row(c), to + dx * c->channels);
    }
}

static void backward_block(void *context, int index, int worker) {
  const pooling_pass *pass = context;
  const shape *c = pass->c;
  block b = block_at(c, index);
  int height = c->height / 2;
  const float *gradient = pass->output_gradient + (size_t)b.image * output_depth(c) * height * output_row(c);
  float *maxima = pass->scratch + worker * worker_scratch(c), *to = maxima, *blended = blended_row(c, maxima);
  for (int z = b.maxima_planes.first; z < b.maxima_planes.end; z++)
    for (int y = b.maxima_rows.first; y < b.maxima_rows.end; y++, to += maxima_row(c)) {
      taps along_z = backward_taps(z, c->halves_depth, maxima_depth(c), output_depth(c));
      taps along_y = backward_taps(y, true, maxima_height(c), height);
      ck_blend_rows(gradient, &along_z, &along_y, height, output_row(c), blended);
      spread(blended, c->width - 1, c->channels, to);
    }
  for (int z = b.planes.first; z < b.planes.end; z++)
    for (int y = b.rows.first; y < b.rows.end; y++) gather_row(pass, &b, z, y, maxima);
}

void ck_antialiased_pooling_backward(
    const shape *c, const uint8_t *winners, const float *output_gradient, ck_gradient input_gradient,
    float *scratch) {
  pooling_pass pass = {
      .c = c, .output_gradient = output_gradient, .winners = (uint8_t *)winners, .scratch = scratch,
      .input_gradient = input_gradient};
  ck_parallel_for(blocks(c), c->workers, backward_block, &pass);
}
