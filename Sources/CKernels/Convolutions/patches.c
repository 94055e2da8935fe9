#include "patches.h"

#include "blocks.h"

static ck_patch_axis axis(int size, int kernel, int stride) {
  return (ck_patch_axis){
      .positions = ck_ceiling_division(size, stride), .pixels = size, .taps = kernel, .step = stride,
      .before = kernel / 2};
}

ck_patches ck_patches_of_input(const ck_convolution *c) {
  return (ck_patches){
      .batch = c->batch,
      .depth = axis(c->depth, c->kernel_depth, c->stride_depth),
      .height = axis(c->height, c->kernel_height, c->stride_height),
      .width = axis(c->width, c->kernel_width, c->stride_width),
  };
}

ck_phase ck_phase_at(const ck_convolution *c, int index) {
  int row = index / c->stride_width;
  return (ck_phase){row / c->stride_height, row % c->stride_height, index % c->stride_width};
}

// Output o reads with tap t the pixel o * stride + t - kernel / 2. So a phase has this tap and those behind it in steps
// of the stride.
static int first_tap(int kernel, int stride, int remainder) { return (remainder + kernel / 2) % stride; }

static int taps_of_phase(int kernel, int stride, int remainder) {
  return ck_maximum(0, ck_ceiling_division(kernel - first_tap(kernel, stride, remainder), stride));
}

// Pixel p * stride + remainder is read by output p + reach with the first tap, and by those before it with the taps
// behind, which turned round come first.
static ck_patch_axis phase_axis(int size, int kernel, int stride, int remainder) {
  int reach = (remainder + kernel / 2) / stride, taps = taps_of_phase(kernel, stride, remainder);
  return (ck_patch_axis){
      .positions = (size - remainder + stride - 1) / stride, .pixels = ck_ceiling_division(size, stride),
      .taps = taps, .step = 1, .before = taps - 1 - reach};
}

ck_patches ck_patches_of_output(const ck_convolution *c, ck_phase phase) {
  return (ck_patches){
      .batch = c->batch,
      .depth = phase_axis(c->depth, c->kernel_depth, c->stride_depth, phase.depth),
      .height = phase_axis(c->height, c->kernel_height, c->stride_height, phase.height),
      .width = phase_axis(c->width, c->kernel_width, c->stride_width, phase.width),
  };
}

static int turned_tap(int kernel, int stride, int remainder, int tap) {
  return first_tap(kernel, stride, remainder) + (taps_of_phase(kernel, stride, remainder) - 1 - tap) * stride;
}

int ck_kernel_tap(const ck_convolution *c, ck_phase phase, int tap) {
  int height = taps_of_phase(c->kernel_height, c->stride_height, phase.height);
  int width = taps_of_phase(c->kernel_width, c->stride_width, phase.width);
  int z = turned_tap(c->kernel_depth, c->stride_depth, phase.depth, tap / width / height);
  int y = turned_tap(c->kernel_height, c->stride_height, phase.height, tap / width % height);
  int x = turned_tap(c->kernel_width, c->stride_width, phase.width, tap % width);
  return (z * c->kernel_height + y) * c->kernel_width + x;
}

// Below 0: none.
CK_INLINE int pixel_of(const ck_patch_axis *a, int position, int tap) {
  int at = position * a->step + tap - a->before;
  return at < a->pixels ? at : -1;
}

CK_INLINE void copy_pixels(
    float *restrict to, size_t to_stride, const float *restrict from, size_t from_stride, int count, int channels) {
  for (int p = 0; p < count; p++, to += to_stride, from += from_stride)
    for (int i = 0; i < channels; i++) to[i] = from[i];
}

CK_INLINE void clear_pixels(float *to, size_t stride, int count, int channels) {
  for (int p = 0; p < count; p++, to += stride)
    for (int i = 0; i < channels; i++) to[i] = 0;
}

// One tap of `count` positions of one row, from column `first`; `row` is the source's row.
CK_INLINE void gather_tap(
    const ck_patch_axis *a, float *to, size_t stride, const float *row, int channels, int first, int count, int tap) {
  int begin = 0, end = count;
  while (begin < end && pixel_of(a, first + begin, tap) < 0) begin++;
  while (end > begin && pixel_of(a, first + end - 1, tap) < 0) end--;
  clear_pixels(to, stride, begin, channels);
  if (begin < end)
    copy_pixels(
        to + begin * stride, stride, row + (long)pixel_of(a, first + begin, tap) * channels,
        (size_t)a->step * channels, end - begin, channels);
  clear_pixels(to + end * stride, stride, count - end, channels);
}

// `count` positions of row `h` of plane `d` of an image.
CK_INLINE void gather_run(
    const ck_patches *p, const float *image, int channels, int all_channels, int d, int h, int w, int count,
    float *to) {
  size_t stride = (size_t)ck_taps(p) * all_channels;
  for (int z = 0; z < p->depth.taps; z++)
    for (int y = 0; y < p->height.taps; y++) {
      int plane = pixel_of(&p->depth, d, z), line = pixel_of(&p->height, h, y);
      const float *row = image + ((long)plane * p->height.pixels + line) * p->width.pixels * channels;
      for (int x = 0; x < p->width.taps; x++, to += all_channels)
        if (plane < 0 || line < 0) clear_pixels(to, stride, count, channels);
        else if (channels == 1) gather_tap(&p->width, to, stride, row, 1, w, count, x);
        else gather_tap(&p->width, to, stride, row, channels, w, count, x);
    }
}

// Of `count` positions from `first` on, those beside each other in one row.
typedef struct {
  int image, plane, row, column, count;
} position_run;
CK_INLINE position_run run_at(const ck_patches *p, long first, int count) {
  int column = (int)(first % p->width.positions);
  long row = first / p->width.positions, plane = row / p->height.positions;
  return (position_run){
      .image = (int)(plane / p->depth.positions), .plane = (int)(plane % p->depth.positions),
      .row = (int)(row % p->height.positions), .column = column,
      .count = ck_minimum(p->width.positions - column, count)};
}

CK_SHARED_LOOP(
    void, ck_gather,
    (const ck_patches *p, const float *values, int channels, int offset, int all_channels, long first, int count,
     float *patches),
    (p, values, channels, offset, all_channels, first, count, patches)) {
  size_t stride = (size_t)ck_taps(p) * all_channels;
  long image = (long)p->depth.pixels * p->height.pixels * p->width.pixels * channels;
  for (int done = 0; done < count;) {
    position_run run = run_at(p, first + done, count - done);
    gather_run(
        p, values + run.image * image, channels, all_channels, run.plane, run.row, run.column, run.count,
        patches + done * stride + offset);
    done += run.count;
  }
}

// One tap of a run.
CK_INLINE void copy_tap(const ck_patch_axis *a, const float *row, position_run run, int tap, float *restrict to) {
  int begin = 0, end = run.count;
  while (begin < end && pixel_of(a, run.column + begin, tap) < 0) to[begin++] = 0;
  while (end > begin && pixel_of(a, run.column + end - 1, tap) < 0) to[--end] = 0;
  const float *restrict from = row + pixel_of(a, run.column + begin, tap);
  if (a->step == 1)
    for (int i = 0; i < end - begin; i++) to[begin + i] = from[i];
  else
    for (int i = 0; i < end - begin; i++) to[begin + i] = from[(long)i * a->step];
}

CK_SHARED_LOOP(
    void, ck_gather_taps,
    (const ck_patches *p, const float *values, long first, int count, long stride, float *taps),
    (p, values, first, count, stride, taps)) {
  for (int done = 0; done < count;) {
    position_run run = run_at(p, first + done, count - done);
    const float *image = values + (long)run.image * p->depth.pixels * p->height.pixels * p->width.pixels;
    float *to = taps + done;
    for (int z = 0; z < p->depth.taps; z++)
      for (int y = 0; y < p->height.taps; y++) {
        int plane = pixel_of(&p->depth, run.plane, z), line = pixel_of(&p->height, run.row, y);
        const float *row = image + ((long)plane * p->height.pixels + line) * p->width.pixels;
        for (int x = 0; x < p->width.taps; x++, to += stride)
          if (plane < 0 || line < 0) clear_pixels(to, 1, run.count, 1);
          else copy_tap(&p->width, row, run, x, to);
      }
    done += run.count;
  }
}
