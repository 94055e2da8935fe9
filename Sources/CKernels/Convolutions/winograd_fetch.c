#include "winograd_fetch.h"

#include "blocks.h"

enum { ROW_FLOATS = 16 };  // of a line of the cache

static void fetch_tile(const ck_grid *g, const ck_operand *operand, int slice, long tile) {
  long line = tile / g->columns, plane = line / g->rows * g->depth + slice;
  int y = (int)(line % g->rows) * g->tile, x = (int)(tile % g->columns) * g->tile;
  int rows = ck_minimum(g->tile, g->height - y), count = ck_minimum(g->tile, g->width - x) * operand->channels;
  const float *row = operand->values + ((plane * g->height + y) * g->width + x) * operand->channels;
  for (int i = 0; i < rows; i++, row += (long)g->width * operand->channels)
    for (int at = 0; at < count; at += ROW_FLOATS) __builtin_prefetch(row + at, 0, 2);
}

void ck_fetch_tiles(const ck_grid *g, const ck_operand *operand, ck_tile_range tiles, int part, int parts) {
  if (tiles.slice < 0 || tiles.slice >= g->depth) return;
  long count = tiles.last - tiles.first, end = tiles.first + count * (part + 1) / parts;
  for (long tile = tiles.first + count * part / parts; tile < end; tile++) fetch_tile(g, operand, tiles.slice, tile);
}
