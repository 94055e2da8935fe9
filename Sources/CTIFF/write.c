#include <stdlib.h>
#include <string.h>

#include "report.h"

struct ctiff_writer {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
  size_t position;
  int is_out_of_memory;
  ctiff_report report;
  TIFF *tiff;
};

static int make_room(ctiff_writer *w, size_t end) {
  if (end <= w->capacity) return 1;
  const size_t capacity = 2 * w->capacity > end ? 2 * w->capacity : end + 4096;
  uint8_t *larger = realloc(w->bytes, capacity);
  if (!larger) {
    w->is_out_of_memory = 1;
    return 0;
  }
  /* What is skipped by seeking is 0. */
  memset(larger + w->capacity, 0, capacity - w->capacity);
  w->bytes = larger;
  w->capacity = capacity;
  return 1;
}

static tmsize_t read_back(thandle_t client, void *destination, tmsize_t length) {
  ctiff_writer *w = client;
  if (length <= 0 || w->position >= w->count) return 0;
  const size_t left = w->count - w->position;
  const size_t taken = (size_t)length < left ? (size_t)length : left;
  memcpy(destination, w->bytes + w->position, taken);
  w->position += taken;
  return (tmsize_t)taken;
}

static tmsize_t append(thandle_t client, void *source, tmsize_t length) {
  ctiff_writer *w = client;
  const size_t end = w->position + (size_t)length;
  if (length <= 0 || !make_room(w, end)) return 0;
  memcpy(w->bytes + w->position, source, (size_t)length);
  w->position = end;
  if (end > w->count) w->count = end;
  return length;
}

static toff_t seek(thandle_t client, toff_t offset, int origin) {
  ctiff_writer *w = client;
  const size_t base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? w->position : w->count;
  w->position = base + (size_t)offset;
  return w->position;
}

static toff_t size(thandle_t client) { return ((ctiff_writer *)client)->count; }

static const ctiff_access access_to_memory = {read_back, append, seek, size};

ctiff_writer *ctiff_begin(int is_big) {
  ctiff_writer *w = calloc(1, sizeof *w);
  if (!w) return NULL;
  w->tiff = ctiff_open_client(is_big ? "wl8" : "wl", w, &access_to_memory, &w->report, 0);
  if (w->tiff) return w;
  free(w);
  return NULL;
}

static ctiff_status status_of(const ctiff_writer *w, int is_good) {
  return w->is_out_of_memory ? CTIFF_NO_MEMORY : is_good ? CTIFF_OK : CTIFF_DAMAGED;
}

/* Strips of a quarter of a megabyte: enough for deflate, little for those who read a part. */
static uint32_t rows_per_strip(const ctiff_form *form, size_t row_bytes) {
  const size_t rows = ((size_t)1 << 18) / row_bytes;
  return rows < 1 ? 1 : rows < form->height ? (uint32_t)rows : form->height;
}

static int set_tags(TIFF *tiff, const ctiff_form *form, const char *description, uint32_t rows) {
  int good = TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, form->width);
  good &= TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, form->height);
  good &= TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, form->bits);
  good &= TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, form->samples);
  good &= TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, form->sample_format);
  good &= TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, form->samples == 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  good &= TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  good &= TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  good &= TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, rows);
  if (description) good &= TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, description);
  if (form->x_resolution > 0 && form->y_resolution > 0) {
    good &= TIFFSetField(tiff, TIFFTAG_XRESOLUTION, (double)form->x_resolution);
    good &= TIFFSetField(tiff, TIFFTAG_YRESOLUTION, (double)form->y_resolution);
    good &= TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_NONE);
  }
  return good;
}

ctiff_status ctiff_write_page(ctiff_writer *writer, const ctiff_form *form, const char *description,
                              const void *samples) {
  const size_t row_bytes = (size_t)form->width * form->samples * (form->bits / 8);
  const uint32_t rows = rows_per_strip(form, row_bytes);
  if (!set_tags(writer->tiff, form, description, rows)) return status_of(writer, 0);
  /* libtiff may change the bytes that it is handed, so each strip is a copy. */
  uint8_t *strip = malloc(rows * row_bytes);
  if (!strip) return CTIFF_NO_MEMORY;
  int good = 1;
  for (uint32_t y = 0, index = 0; good && y < form->height; y += rows, index++) {
    const size_t length = (form->height - y < rows ? form->height - y : rows) * row_bytes;
    memcpy(strip, (const uint8_t *)samples + y * row_bytes, length);
    good = TIFFWriteEncodedStrip(writer->tiff, index, strip, (tmsize_t)length) == (tmsize_t)length;
  }
  free(strip);
  good = good && TIFFWriteDirectory(writer->tiff);
  return status_of(writer, good);
}

ctiff_status ctiff_finish(ctiff_writer *writer, const uint8_t **bytes, size_t *count) {
  const int good = TIFFFlush(writer->tiff);
  *bytes = writer->bytes;
  *count = writer->count;
  return status_of(writer, good && writer->report.errors == 0);
}

const char *ctiff_writer_message(const ctiff_writer *writer) { return writer->report.message; }

void ctiff_free(ctiff_writer *writer) {
  if (!writer) return;
  TIFFCleanup(writer->tiff);
  free(writer->bytes);
  free(writer);
}
