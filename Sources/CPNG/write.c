#include <stdlib.h>
#include <string.h>

#include "report.h"

/* All that lives across a jump: it is never a local of the function that calls setjmp. */
typedef struct {
  cpng_report report;
  png_structp png;
  png_infop info;
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} writer;

static void append(png_structp png, png_bytep bytes, size_t length) {
  writer *w = png_get_io_ptr(png);
  if (length > w->capacity - w->count) {
    const size_t capacity = 2 * w->capacity + length;
    uint8_t *larger = realloc(w->bytes, capacity);
    if (!larger) {
      w->report.status = CPNG_NO_MEMORY;
      png_error(png, "not enough memory for the encoded image");
    }
    w->bytes = larger;
    w->capacity = capacity;
  }
  memcpy(w->bytes + w->count, bytes, length);
  w->count += length;
}

static void flush(png_structp png) { (void)png; }

static int is_little_endian(void) {
  const uint16_t one = 1;
  uint8_t first;
  memcpy(&first, &one, 1);
  return first == 1;
}

static int colour_type(int channels) {
  const int colour = channels > 2 ? PNG_COLOR_MASK_COLOR : 0;
  return colour | (channels % 2 == 0 ? PNG_COLOR_MASK_ALPHA : 0);
}

static void encode(writer *w, uint32_t width, uint32_t height, int channels, int bit_depth, const uint8_t *samples) {
  if (setjmp(png_jmpbuf(w->png))) return;
  png_set_write_fn(w->png, w, append, flush);
  png_set_user_limits(w->png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR(w->png, w->info, width, height, bit_depth, colour_type(channels), PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(w->png, w->info);
  if (bit_depth == 16 && is_little_endian()) png_set_swap(w->png);
  const size_t row_bytes = (size_t)width * (size_t)channels * (size_t)(bit_depth / 8);
  for (uint32_t y = 0; y < height; y++) png_write_row(w->png, samples + y * row_bytes);
  png_write_end(w->png, w->info);
}

cpng_status cpng_encode(uint32_t width, uint32_t height, int channels, int bit_depth, const void *samples,
                        uint8_t **encoded, size_t *encoded_count, char message[CPNG_MESSAGE_BYTES]) {
  writer w;
  memset(&w, 0, sizeof w);
  message[0] = 0;
  w.report.message = message;
  w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w.report, cpng_on_error, cpng_on_warning);
  if (w.png) w.info = png_create_info_struct(w.png);
  if (!w.info) w.report.status = CPNG_NO_MEMORY;
  if (w.report.status == CPNG_OK) encode(&w, width, height, channels, bit_depth, samples);
  if (w.png) png_destroy_write_struct(&w.png, &w.info);
  if (w.report.status != CPNG_OK) {
    free(w.bytes);
    return w.report.status;
  }
  *encoded = w.bytes;
  *encoded_count = w.count;
  return CPNG_OK;
}

void cpng_free(uint8_t *encoded) { free(encoded); }
