#include <stdlib.h>
#include <string.h>

#include "report.h"

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
} source;

/* All that lives across a jump: it is never a local of the function that calls setjmp. */
typedef struct {
  cpng_report report;
  source source;
  png_structp png;
  png_infop info;
  cpng_info header;
  int expand_palette;
  size_t row_bytes;
  uint8_t *pixels;
  png_bytep *rows;
} reader;

static void read_bytes(png_structp png, png_bytep destination, size_t length) {
  reader *r = png_get_io_ptr(png);
  if (length > r->source.count - r->source.position) {
    r->report.status = CPNG_TRUNCATED;
    png_error(png, "the data are truncated");
  }
  memcpy(destination, r->source.bytes + r->source.position, length);
  r->source.position += length;
}

static void open_reader(reader *r, const uint8_t *bytes, size_t count, int expand_palette, char *message) {
  memset(r, 0, sizeof *r);
  r->expand_palette = expand_palette;
  message[0] = 0;
  r->report.message = message;
  r->source = (source){bytes, count, 0};
  if (count < 8 || png_sig_cmp((png_const_bytep)bytes, 0, 8) != 0) {
    r->report.status = CPNG_NOT_PNG;
    return;
  }
  r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r->report, cpng_on_error, cpng_on_warning);
  if (r->png) r->info = png_create_info_struct(r->png);
  if (!r->info) r->report.status = CPNG_NO_MEMORY;
}

static void close_reader(reader *r) {
  if (r->png) png_destroy_read_struct(&r->png, &r->info, NULL);
  free(r->rows);
  free(r->pixels);
}

static cpng_colour colour_of(int type) {
  switch (type) {
    case PNG_COLOR_TYPE_GRAY: return CPNG_GREY;
    case PNG_COLOR_TYPE_GRAY_ALPHA: return CPNG_GREY_ALPHA;
    case PNG_COLOR_TYPE_RGB: return CPNG_RGB;
    case PNG_COLOR_TYPE_RGB_ALPHA: return CPNG_RGB_ALPHA;
    default: return CPNG_PALETTE;
  }
}

static void read_header(reader *r) {
  if (setjmp(png_jmpbuf(r->png))) return;
  png_set_read_fn(r->png, r, read_bytes);
  png_set_user_limits(r->png, CPNG_LARGEST_SIDE, CPNG_LARGEST_SIDE);
  png_read_info(r->png, r->info);
  r->header = (cpng_info){
      .width = png_get_image_width(r->png, r->info),
      .height = png_get_image_height(r->png, r->info),
      .bit_depth = png_get_bit_depth(r->png, r->info),
      .channels = png_get_channels(r->png, r->info),
      .colour = colour_of(png_get_color_type(r->png, r->info)),
  };
  if (r->header.colour != CPNG_PALETTE || !r->expand_palette) return;
  r->header.bit_depth = 8;
  r->header.channels = png_get_valid(r->png, r->info, PNG_INFO_tRNS) ? 4 : 3;
}

/* Asks for one byte (or two) a sample, and nothing else but the colours of a palette where they are wanted. */
static void prepare(reader *r) {
  if (setjmp(png_jmpbuf(r->png))) return;
  png_set_packing(r->png);
  if (r->header.colour == CPNG_PALETTE && r->expand_palette) png_set_palette_to_rgb(r->png);
  png_set_interlace_handling(r->png);
  png_read_update_info(r->png, r->info);
  r->row_bytes = png_get_rowbytes(r->png, r->info);
  const size_t sample_bytes = r->header.bit_depth == 16 ? 2 : 1;
  if (r->row_bytes != r->header.width * (size_t)r->header.channels * sample_bytes) {
    png_error(r->png, "the image header is inconsistent");
  }
}

static void allocate(reader *r) {
  const size_t height = r->header.height;
  r->pixels = calloc(height, r->row_bytes);
  r->rows = calloc(height, sizeof *r->rows);
  if (!r->pixels || !r->rows) {
    r->report.status = CPNG_NO_MEMORY;
    return;
  }
  for (size_t y = 0; y < height; y++) r->rows[y] = r->pixels + y * r->row_bytes;
}

static void decode(reader *r) {
  if (setjmp(png_jmpbuf(r->png))) return;
  png_read_image(r->png, r->rows);
  png_read_end(r->png, NULL);
}

static void convert(const reader *r, float *samples) {
  const size_t row_samples = (size_t)r->header.width * (size_t)r->header.channels;
  for (size_t y = 0; y < r->header.height; y++) {
    const uint8_t *row = r->rows[y];
    float *out = samples + y * row_samples;
    if (r->header.bit_depth == 16) {
      for (size_t n = 0; n < row_samples; n++) out[n] = (float)((row[2 * n] << 8) | row[2 * n + 1]);
    } else {
      for (size_t n = 0; n < row_samples; n++) out[n] = row[n];
    }
  }
}

cpng_status cpng_read_info(const uint8_t *bytes, size_t count, int expand_palette, cpng_info *info,
                           char message[CPNG_MESSAGE_BYTES]) {
  reader r;
  open_reader(&r, bytes, count, expand_palette, message);
  if (r.report.status == CPNG_OK) read_header(&r);
  *info = r.header;
  close_reader(&r);
  return r.report.status;
}

cpng_status cpng_read_samples(const uint8_t *bytes, size_t count, int expand_palette, float *samples,
                              char message[CPNG_MESSAGE_BYTES]) {
  reader r;
  open_reader(&r, bytes, count, expand_palette, message);
  if (r.report.status == CPNG_OK) read_header(&r);
  if (r.report.status == CPNG_OK) prepare(&r);
  if (r.report.status == CPNG_OK) allocate(&r);
  if (r.report.status == CPNG_OK) decode(&r);
  if (r.report.status == CPNG_OK) convert(&r, samples);
  close_reader(&r);
  return r.report.status;
}
