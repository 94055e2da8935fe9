// The target is made in slabs of planes. First the slab is resampled along the depth: boxes of the source that lie in
// the cache, as columns. Then each of its planes is resampled along the height and, some rows at a time, along the
// width, straight into the target. Each value depends on its taps alone, whoever computes it.
#include "include/ck_resampling.h"

#include "blocks.h"
#include "columns.h"
#include "include/ck_threads.h"
#include "rearrangement.h"
#include "spline.h"

enum { WIDTH, HEIGHT, DEPTH };
// The floats of a line across a box, or the sides of one across turned rows.
enum { BOX_LINE = 256, BOX_SIDE = 16 };
// What a slab takes, as long as its planes are neither so few that a spline would spend its time on their neighbours,
// nor so many that boxes outgrow the cache.
enum { SLAB_BYTES = 16 << 20, LEAST_SPLINE_PLANES = 32, LEAST_PLANES = 8, MOST_PLANES = 128 };
// The floats of the target that one worker makes of a slab's planes, and the pieces that there should be for all.
enum { PIECE = 1 << 16, LEAST_PIECES = 16 };

// How the work is cut, by shape alone.
typedef struct {
  int box_width, box_height;
  // The floats of a row and of a plane of the slab, and from one line to the next in a box.
  long row, plane, box_line;
  // The most samples along the depth that a slab needs.
  int most_samples;
  // The planes of a slab that one worker takes.
  int planes;
  // Floats for each worker: the boxes, or blended rows, and columns before and after.
  size_t box_floats, rows_floats, columns_floats, worker_floats;
  bool is_direct;
} plan;

typedef struct {
  const ck_resampling *r;
  const ck_kernels *kernels;
  const float *source;
  float *target, *slab, *scratch;
  plan p;
  ck_spline across_height, across_width;
  // The slab: planes first..<last of the target, from samples from..<to along the depth.
  int first, last, from, to;
} resampling_pass;

static bool is_spline(const ck_axis_taps *axis) { return axis->width == 4 && !axis->is_same && axis->source > 1; }

// The samples that planes first..<last need.
static void find_samples(const ck_axis_taps *axis, int first, int last, int *from, int *to) {
  *from = first, *to = last;
  if (axis->is_same) return;
  *from = axis->source, *to = 0;
  for (int i = first * axis->width; i < last * axis->width; i++) {
    *from = ck_minimum(*from, axis->indices[i]);
    *to = ck_maximum(*to, axis->indices[i] + 1);
  }
  if (!is_spline(axis)) return;
  *from = ck_maximum(*from - CK_SPLINE_HORIZON, 0);
  *to = ck_minimum(*to + CK_SPLINE_HORIZON, axis->source);
}

static bool has_rows(const ck_resampling *r) { return r->strides[WIDTH] == r->channels || r->axes[WIDTH].source == 1; }

static plan make_plan(const ck_resampling *r) {
  const ck_axis_taps *axes = r->axes;
  int width = axes[WIDTH].source, height = axes[HEIGHT].source;
  long row = (long)width * r->channels, target_row = (long)axes[WIDTH].target * r->channels;
  plan p = {.row = row};
  p.is_direct = has_rows(r) && (axes[DEPTH].is_same || axes[DEPTH].width == 1) && !is_spline(&axes[HEIGHT]);
  if (p.is_direct) p.row = r->strides[HEIGHT];
  p.plane = height * p.row;
  p.box_width = ck_minimum(width, ck_maximum(1, BOX_LINE / r->channels));
  p.box_height = 1;
  if (!has_rows(r) && r->strides[HEIGHT] == r->channels) p.box_width = ck_minimum(width, BOX_SIDE);
  if (p.box_width == width || p.box_width == BOX_SIDE)
    p.box_height = ck_minimum(height, ck_maximum(1, BOX_LINE / r->channels / p.box_width));
  p.box_line = ck_spread_line((int)ck_padded((size_t)p.box_width * p.box_height * r->channels));
  for (int first = 0; first < axes[DEPTH].target; first += r->slab) {
    int from, to;
    find_samples(&axes[DEPTH], first, ck_minimum(first + r->slab, axes[DEPTH].target), &from, &to);
    p.most_samples = ck_maximum(p.most_samples, to - from);
  }
  int planes = ck_minimum((int)(PIECE / (axes[HEIGHT].target * target_row)), r->slab / LEAST_PIECES);
  p.planes = ck_maximum(planes, ck_ceiling_division(CK_COLUMNS, axes[HEIGHT].target));
  p.box_floats = (size_t)p.most_samples * p.box_line;
  p.rows_floats = axes[HEIGHT].is_same ? 0 : ck_padded(row) * CK_COLUMNS;
  p.columns_floats = axes[WIDTH].is_same ? 0 : (size_t)row * CK_COLUMNS;
  size_t after = axes[WIDTH].is_same ? 0 : (size_t)target_row * CK_COLUMNS;
  size_t second = p.rows_floats + p.columns_floats + after;
  p.worker_floats = ck_padded(p.is_direct || p.box_floats < second ? second : p.box_floats);
  return p;
}

int ck_resampling_slab(const ck_resampling *r) {
  const ck_axis_taps *depth = &r->axes[DEPTH];
  long plane = (long)r->axes[WIDTH].source * r->axes[HEIGHT].source * r->channels;
  long least = is_spline(depth) ? LEAST_SPLINE_PLANES : LEAST_PLANES;
  long planes = SLAB_BYTES / (long)sizeof(float) / plane;
  planes = planes < least ? least : planes < MOST_PLANES ? planes : MOST_PLANES;
  return planes < depth->target ? (int)planes : depth->target;
}

size_t ck_resampling_scratch(const ck_resampling *r) {
  plan p = make_plan(r);
  return (p.is_direct ? 0 : ck_padded(p.plane) * r->slab) + p.worker_floats * r->workers;
}

// A box of the source along the depth of the slab's samples, resampled along it.
static void resample_box(void *context, int index, int worker) {
  const resampling_pass *pass = context;
  const ck_resampling *r = pass->r;
  const plan *p = &pass->p;
  const ck_axis_taps *depth = &r->axes[DEPTH];
  int across = ck_ceiling_division(r->axes[WIDTH].source, p->box_width);
  int x = index % across * p->box_width, y = index / across * p->box_height;
  int width = ck_minimum(p->box_width, r->axes[WIDTH].source - x);
  int height = ck_minimum(p->box_height, r->axes[HEIGHT].source - y);
  const float *lines = pass->source + x * r->strides[WIDTH] + y * r->strides[HEIGHT];
  long stride = r->strides[DEPTH], row_stride = r->strides[HEIGHT], row = (long)width * r->channels;
  int origin = 0;
  if (is_spline(depth) || !has_rows(r)) {
    float *box = pass->scratch + worker * p->worker_floats;
    long size = (long)sizeof(float) * r->channels;
    ck_rearrangement copy = {
        .counts = {width, height, pass->to - pass->from},
        .from = {r->strides[WIDTH] * 4, row_stride * 4, stride * 4},
        .to = {size, row * 4, p->box_line * 4},
        .size = size};
    ck_copy_box(&copy, (const char *)(lines + pass->from * stride), (char *)box);
    lines = box, stride = p->box_line, row_stride = row, origin = pass->from;
  }
  if (is_spline(depth) && pass->to - pass->from > 1) {
    ck_spline spline = ck_spline_ends(pass->to - pass->from);
    pass->kernels->filter_lines(&spline, (float *)lines, pass->to - pass->from, stride, height * row);
  }
  const int taps = depth->is_same ? 1 : depth->width;
  ck_blend blend = {.count = 1, .width = taps};
  for (int k = pass->first; k < pass->last; k++) {
    float *to = pass->slab + (k - pass->first) * p->plane + y * p->row + (long)x * r->channels;
    int own[4], same = k;
    const int *indices = depth->is_same ? &same : depth->indices + (long)k * taps;
    for (int tap = 0; tap < taps; tap++) own[tap] = indices[tap] - origin;
    blend.indices = own;
    blend.weights = depth->weights + (long)k * taps;
    for (int i = 0; i < height; i++)
      pass->kernels->blend_lines(&blend, lines + i * row_stride, stride, row, to + i * p->row, 0);
  }
}

// The plane of the slab from which plane k of the target is made.
static float *plane_of(const resampling_pass *pass, int k) {
  const ck_axis_taps *depth = &pass->r->axes[DEPTH];
  if (!pass->p.is_direct) return pass->slab + (k - pass->first) * pass->p.plane;
  return (float *)pass->source + (depth->is_same ? k : depth->indices[k]) * pass->r->strides[DEPTH];
}

// Rows of the target, numbered through its planes, along the height: as they are, blended into `to`, or straight into
// the target where that is all.
static void blend_rows(const resampling_pass *pass, long first, ck_rows *rows, float *to) {
  const ck_axis_taps *height = &pass->r->axes[HEIGHT], *width = &pass->r->axes[WIDTH];
  long length = (long)width->source * pass->r->channels;
  for (int i = 0; i < rows->count; i++) {
    long row = first + i;
    int y = (int)(row % height->target);
    const float *plane = plane_of(pass, (int)(row / height->target));
    float *own = width->is_same ? pass->target + row * length : to + i * ck_padded(length);
    long tap = (long)y * height->width;
    ck_blend blend = {
        .count = 1, .width = height->width, .indices = height->indices + tap, .weights = height->weights + tap};
    if (height->is_same && width->is_same) {
      blend = (ck_blend){.count = 1, .width = 1, .indices = &y};
    } else if (height->is_same) {
      rows->rows[i] = (float *)plane + y * pass->p.row;
      continue;
    }
    pass->kernels->blend_lines(&blend, plane, pass->p.row, length, own, 0);
    rows->rows[i] = own;
  }
}

// Rows along the width, into the target.
static void resample_rows(const resampling_pass *pass, long first, const ck_rows *rows, float *scratch) {
  const ck_axis_taps *width = &pass->r->axes[WIDTH];
  long channels = pass->r->channels, inner = CK_COLUMNS * channels, length = width->target * channels;
  float *columns = scratch, *after = scratch + pass->p.columns_floats;
  ck_rows_to_columns(rows, width->source * channels, columns);
  if (is_spline(width)) pass->kernels->filter_lines(&pass->across_width, columns, width->source, inner, inner);
  ck_blend blend = {
      .count = width->target, .width = width->width, .indices = width->indices, .weights = width->weights};
  pass->kernels->blend_lines(&blend, columns, inner, inner, after, inner);
  ck_rows to = {.count = rows->count};
  for (int i = 0; i < to.count; i++) to.rows[i] = pass->target + (first + i) * length;
  ck_columns_to_rows(after, length, &to);
}

// Some planes of the slab, along the height and the width.
static void resample_planes(void *context, int index, int worker) {
  const resampling_pass *pass = context;
  const ck_axis_taps *height = &pass->r->axes[HEIGHT];
  int first = pass->first + index * pass->p.planes, last = ck_minimum(first + pass->p.planes, pass->last);
  long length = (long)pass->r->axes[WIDTH].source * pass->r->channels;
  if (is_spline(height))
    for (int k = first; k < last; k++)
      pass->kernels->filter_lines(&pass->across_height, plane_of(pass, k), height->source, pass->p.row, length);
  float *scratch = pass->scratch + worker * pass->p.worker_floats;
  long end = (long)last * height->target;
  for (long row = (long)first * height->target; row < end; row += CK_COLUMNS) {
    ck_rows rows = {.count = end - row < CK_COLUMNS ? (int)(end - row) : CK_COLUMNS};
    blend_rows(pass, row, &rows, scratch);
    if (!pass->r->axes[WIDTH].is_same) resample_rows(pass, row, &rows, scratch + pass->p.rows_floats);
  }
}

void ck_resample(const ck_resampling *r, const float *source, float *target, float *scratch) {
  resampling_pass pass = {
      .r = r, .kernels = ck_kernels_in_use(), .source = source, .target = target, .p = make_plan(r)};
  pass.slab = scratch;
  pass.scratch = scratch + (pass.p.is_direct ? 0 : ck_padded(pass.p.plane) * r->slab);
  if (is_spline(&r->axes[HEIGHT])) pass.across_height = ck_spline_ends(r->axes[HEIGHT].source);
  if (is_spline(&r->axes[WIDTH])) pass.across_width = ck_spline_ends(r->axes[WIDTH].source);
  int boxes = ck_ceiling_division(r->axes[WIDTH].source, pass.p.box_width) *
              ck_ceiling_division(r->axes[HEIGHT].source, pass.p.box_height);
  for (pass.first = 0; pass.first < r->axes[DEPTH].target; pass.first = pass.last) {
    pass.last = ck_minimum(pass.first + r->slab, r->axes[DEPTH].target);
    find_samples(&r->axes[DEPTH], pass.first, pass.last, &pass.from, &pass.to);
    if (!pass.p.is_direct) ck_parallel_for(boxes, r->workers, resample_box, &pass);
    ck_parallel_for(ck_ceiling_division(pass.last - pass.first, pass.p.planes), r->workers, resample_planes, &pass);
  }
}
