#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define HEADER_BYTES 16

struct ctiff_reader {
  const uint8_t *bytes;
  uint64_t count;
  uint64_t position;
  /* The file's header, naming the page's directory as the first one. */
  uint8_t header[HEADER_BYTES];
  uint64_t header_count;
  ctiff_report report;
  ctiff_status status;
  TIFF *tiff;
};

static tmsize_t read_bytes(thandle_t client, void *destination, tmsize_t length) {
  ctiff_reader *r = client;
  if (length <= 0 || r->position >= r->count) return 0;
  const uint64_t left = r->count - r->position;
  const uint64_t taken = (uint64_t)length < left ? (uint64_t)length : left;
  memcpy(destination, r->bytes + r->position, taken);
  for (uint64_t n = 0; n < taken && r->position + n < r->header_count; n++) {
    ((uint8_t *)destination)[n] = r->header[r->position + n];
  }
  r->position += taken;
  return (tmsize_t)taken;
}

static tmsize_t write_nothing(thandle_t client, void *bytes, tmsize_t length) {
  (void)client;
  (void)bytes;
  (void)length;
  return 0;
}

static toff_t seek(thandle_t client, toff_t offset, int origin) {
  ctiff_reader *r = client;
  const uint64_t base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? r->position : r->count;
  r->position = base + offset;
  return r->position;
}

static toff_t size(thandle_t client) { return ((ctiff_reader *)client)->count; }

static const ctiff_access access_to_bytes = {read_bytes, write_nothing, seek, size};

/* Copies the header, with the page's directory in place of the first one, in the file's byte order. */
static void redirect(ctiff_reader *r, uint64_t directory, int is_big) {
  r->header_count = is_big ? 16 : 8;
  if (r->count < r->header_count) {
    r->header_count = 0;
    return;
  }
  memcpy(r->header, r->bytes, r->header_count);
  const uint64_t width = is_big ? 8 : 4;
  const uint64_t start = r->header_count - width;
  for (uint64_t n = 0; n < width; n++) {
    const uint8_t byte = (uint8_t)(directory >> (8 * n));
    r->header[r->bytes[0] == 'I' ? start + n : start + width - 1 - n] = byte;
  }
}

ctiff_reader *ctiff_open(const uint8_t *bytes, size_t count, uint64_t directory, int is_big,
                         size_t largest_allocation) {
  ctiff_reader *r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->bytes = bytes;
  r->count = count;
  redirect(r, directory, is_big);
  /* m: no mapping; c: strips as the file has them, none cut into smaller ones. */
  r->tiff = ctiff_open_client("rmc", r, &access_to_bytes, &r->report, largest_allocation);
  if (!r->tiff) r->status = CTIFF_DAMAGED;
  return r;
}

void ctiff_close(ctiff_reader *reader) {
  if (!reader) return;
  if (reader->tiff) TIFFCleanup(reader->tiff);
  free(reader);
}

ctiff_status ctiff_status_of(const ctiff_reader *reader) { return reader->status; }

const char *ctiff_message(const ctiff_reader *reader) { return reader->report.message; }

static uint16_t short_tag(TIFF *tiff, uint32_t tag) {
  uint16_t value = 0;
  TIFFGetFieldDefaulted(tiff, tag, &value);
  return value;
}

static uint32_t long_tag(TIFF *tiff, uint32_t tag) {
  uint32_t value = 0;
  TIFFGetFieldDefaulted(tiff, tag, &value);
  return value;
}

static float float_tag(TIFF *tiff, uint32_t tag) {
  float value = 0;
  return TIFFGetField(tiff, tag, &value) ? value : 0;
}

static void describe_extras(TIFF *tiff, ctiff_page *page) {
  uint16_t count = 0;
  uint16_t *kinds = NULL;
  if (!TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) || !kinds || count == 0) return;
  page->extra_samples = count;
  page->last_extra = kinds[count - 1];
}

static void describe_chunks(TIFF *tiff, ctiff_page *page) {
  page->is_tiled = TIFFIsTiled(tiff);
  if (page->is_tiled) {
    page->chunk_width = long_tag(tiff, TIFFTAG_TILEWIDTH);
    page->chunk_height = long_tag(tiff, TIFFTAG_TILELENGTH);
    page->chunk_depth = long_tag(tiff, TIFFTAG_TILEDEPTH);
    page->chunk_count = TIFFNumberOfTiles(tiff);
    page->chunk_bytes = TIFFTileSize64(tiff);
  } else {
    const uint32_t rows = long_tag(tiff, TIFFTAG_ROWSPERSTRIP);
    page->chunk_width = page->width;
    page->chunk_height = rows < page->height ? rows : page->height;
    page->chunk_depth = 1;
    page->chunk_count = TIFFNumberOfStrips(tiff);
    page->chunk_bytes = TIFFStripSize64(tiff);
  }
}

void ctiff_describe(ctiff_reader *reader, ctiff_page *page) {
  TIFF *tiff = reader->tiff;
  memset(page, 0, sizeof *page);
  page->width = long_tag(tiff, TIFFTAG_IMAGEWIDTH);
  page->height = long_tag(tiff, TIFFTAG_IMAGELENGTH);
  page->depth = long_tag(tiff, TIFFTAG_IMAGEDEPTH);
  page->bits = short_tag(tiff, TIFFTAG_BITSPERSAMPLE);
  page->samples = short_tag(tiff, TIFFTAG_SAMPLESPERPIXEL);
  page->sample_format = short_tag(tiff, TIFFTAG_SAMPLEFORMAT);
  page->photometric = short_tag(tiff, TIFFTAG_PHOTOMETRIC);
  page->compression = short_tag(tiff, TIFFTAG_COMPRESSION);
  page->subfile_type = long_tag(tiff, TIFFTAG_SUBFILETYPE);
  page->is_planar = page->samples > 1 && short_tag(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
  page->x_resolution = float_tag(tiff, TIFFTAG_XRESOLUTION);
  page->y_resolution = float_tag(tiff, TIFFTAG_YRESOLUTION);
  uint16_t subdirectories = 0;
  uint64_t *offsets = NULL;
  if (TIFFGetField(tiff, TIFFTAG_SUBIFD, &subdirectories, &offsets)) page->subdirectories = subdirectories;
  describe_extras(tiff, page);
  if (page->compression == COMPRESSION_JPEG && page->photometric == PHOTOMETRIC_YCBCR && page->samples == 3 &&
      !page->is_planar && TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB)) {
    page->photometric = PHOTOMETRIC_RGB;
  }
  describe_chunks(tiff, page);
}

const char *ctiff_description(ctiff_reader *reader) {
  const char *text = NULL;
  return TIFFGetField(reader->tiff, TIFFTAG_IMAGEDESCRIPTION, &text) ? text : NULL;
}

int ctiff_colours(ctiff_reader *reader, uint16_t *colours, uint32_t bits) {
  uint16_t *parts[3] = {NULL, NULL, NULL};
  if (!TIFFGetField(reader->tiff, TIFFTAG_COLORMAP, &parts[0], &parts[1], &parts[2])) return 0;
  const size_t count = (size_t)1 << bits;
  for (int part = 0; part < 3; part++) {
    if (!parts[part]) return 0;
    memcpy(colours + (size_t)part * count, parts[part], count * sizeof *colours);
  }
  return 1;
}

/* Whether a decoder only warns of damage. */
static int warns_of_damage(uint16_t compression) {
  switch (compression) {
    case COMPRESSION_CCITTRLE:
    case COMPRESSION_CCITTRLEW:
    case COMPRESSION_CCITTFAX3:
    case COMPRESSION_CCITTFAX4:
    case COMPRESSION_JPEG: return 1;
    default: return 0;
  }
}

ctiff_status ctiff_read_chunk(ctiff_reader *reader, uint32_t index, void *bytes, size_t size) {
  TIFF *tiff = reader->tiff;
  const int warnings = reader->report.warnings;
  /* What libtiff has passed over in the directory does not count. */
  reader->report.errors = 0;
  reader->report.message[0] = 0;
  const tmsize_t length = (tmsize_t)size;
  const tmsize_t read = TIFFIsTiled(tiff) ? TIFFReadEncodedTile(tiff, index, bytes, length)
                                          : TIFFReadEncodedStrip(tiff, index, bytes, length);
  const int is_doubtful =
      reader->report.warnings > warnings && warns_of_damage(short_tag(tiff, TIFFTAG_COMPRESSION));
  if (read != length || reader->report.errors > 0 || is_doubtful) reader->status = CTIFF_DAMAGED;
  return reader->status;
}

void ctiff_load_bits(const uint8_t *source, uint32_t bits, size_t count, float *values) {
  const uint32_t mask = (1u << bits) - 1;
  uint32_t held = 0;
  uint32_t held_bits = 0;
  for (size_t n = 0; n < count; n++) {
    while (held_bits < bits) {
      held = (held << 8) | *source++;
      held_bits += 8;
    }
    held_bits -= bits;
    values[n] = (float)((held >> held_bits) & mask);
  }
}

static float from_half(uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const float fraction = (float)(half & 1023);
  float value;
  if (exponent == 31) {
    value = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    value = ldexpf(fraction, -24);
  } else {
    value = ldexpf(fraction + 1024, exponent - 25);
  }
  return half & 0x8000 ? -value : value;
}

size_t ctiff_load_halves(const void *source, size_t count, float *values) {
  size_t infinite = 0;
  for (size_t n = 0; n < count; n++) {
    uint16_t half;
    memcpy(&half, (const uint8_t *)source + 2 * n, 2);
    values[n] = from_half(half);
    infinite += !isfinite(values[n]);
  }
  return infinite;
}
