#include "patches.h"

#include "blocks.h"

static ck_axis axis(int size, int kernel, int stride) {
  return (ck_axis){
      .positions = ck_ceiling_division(size, stride), .pixels = size, .kernel = kernel, .up = stride, .down = 1};
}

static ck_axis turned(ck_axis a) {
  return (ck_axis){.positions = a.pixels, .pixels = a.positions, .kernel = a.kernel, .up = 1, .down = a.up};
}

ck_patches ck_patches_of_input(const ck_convolution *c) {
  return (ck_patches){
      .batch = c->batch,
      .depth = axis(c->depth, c->kernel_depth, c->stride_depth),
      .height = axis(c->height, c->kernel_height, c->stride_height),
      .width = axis(c->width, c->kernel_width, c->stride_width),
  };
}

ck_patches ck_patches_of_output(const ck_convolution *c) {
  ck_patches p = ck_patches_of_input(c);
  return (ck_patches){
      .batch = p.batch, .depth = turned(p.depth), .height = turned(p.height), .width = turned(p.width)};
}

// Below 0: none.
CK_INLINE int pixel_of(const ck_axis *a, int position, int tap) {
  int at = position * a->up + tap - a->kernel / 2;
  if (at < 0 || at % a->down) return -1;
  return at / a->down < a->pixels ? at / a->down : -1;
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
    const ck_axis *a, float *to, size_t stride, const float *row, int channels, int first, int count, int tap) {
  if (a->down > 1) {
    for (int p = 0; p < count; p++, to += stride) {
      int pixel = pixel_of(a, first + p, tap);
      if (pixel < 0) clear_pixels(to, stride, 1, channels);
      else copy_pixels(to, stride, row + (long)pixel * channels, 0, 1, channels);
    }
    return;
  }
  int begin = 0, end = count;
  while (begin < end && pixel_of(a, first + begin, tap) < 0) begin++;
  while (end > begin && pixel_of(a, first + end - 1, tap) < 0) end--;
  clear_pixels(to, stride, begin, channels);
  if (begin < end)
    copy_pixels(
        to + begin * stride, stride, row + (long)pixel_of(a, first + begin, tap) * channels,
        (size_t)a->up * channels, end - begin, channels);
  clear_pixels(to + end * stride, stride, count - end, channels);
}

// `count` positions of row `h` of plane `d` of an image.
CK_INLINE void gather_run(
    const ck_patches *p, const float *image, int channels, int all_channels, int d, int h, int w, int count,
    float *to) {
  size_t stride = (size_t)ck_taps(p) * all_channels;
  for (int z = 0; z < p->depth.kernel; z++)
    for (int y = 0; y < p->height.kernel; y++) {
      int plane = pixel_of(&p->depth, d, z), line = pixel_of(&p->height, h, y);
      const float *row = image + ((long)plane * p->height.pixels + line) * p->width.pixels * channels;
      for (int x = 0; x < p->width.kernel; x++, to += all_channels)
        if (plane < 0 || line < 0) clear_pixels(to, stride, count, channels);
        else if (channels == 1) gather_tap(&p->width, to, stride, row, 1, w, count, x);
        else gather_tap(&p->width, to, stride, row, channels, w, count, x);
    }
}

CK_SHARED_LOOP(
    void, ck_gather,
    (const ck_patches *p, const float *values, int channels, int offset, int all_channels, long first, int count,
     float *patches),
    (p, values, channels, offset, all_channels, first, count, patches)) {
  size_t stride = (size_t)ck_taps(p) * all_channels;
  long image = (long)p->depth.pixels * p->height.pixels * p->width.pixels * channels;
  for (int done = 0; done < count;) {
    long position = first + done;
    int w = (int)(position % p->width.positions), run = ck_minimum(p->width.positions - w, count - done);
    position /= p->width.positions;
    int h = (int)(position % p->height.positions);
    position /= p->height.positions;
    int d = (int)(position % p->depth.positions), n = (int)(position / p->depth.positions);
    gather_run(p, values + n * image, channels, all_channels, d, h, w, run, patches + done * stride + offset);
    done += run;
  }
}
