#include "include/CDrawing.h"

#include <stdlib.h>
#include <string.h>

#include "library.h"

struct cdrawing_canvas {
  cairo_surface_t *surface;
  cairo_t *context;
  cdrawing_format format;
  uint8_t *bytes;
  size_t count, capacity;
};

/* Cairo's stream: keeps what it writes. */
static cairo_status_t keep(void *closure, const unsigned char *data, unsigned int length) {
  cdrawing_canvas *canvas = closure;
  if (canvas->count + length > canvas->capacity) {
    size_t capacity = 2 * canvas->capacity + length + 4096;
    uint8_t *bytes = realloc(canvas->bytes, capacity);
    if (!bytes) return CAIRO_STATUS_NO_MEMORY;
    canvas->bytes = bytes;
    canvas->capacity = capacity;
  }
  memcpy(canvas->bytes + canvas->count, data, length);
  canvas->count += length;
  return CAIRO_STATUS_SUCCESS;
}

/* Points of a PDF or SVG are 1/72 inch. */
static const double points = 72.0 / 96.0;

static cairo_surface_t *surface(cdrawing_canvas *canvas, double width, double height, double scale) {
  switch (canvas->format) {
  case CDRAWING_PNG:
    return lib.cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(width * scale + 0.5), (int)(height * scale + 0.5));
  case CDRAWING_SVG: {
    cairo_surface_t *svg = lib.cairo_svg_surface_create_for_stream(keep, canvas, width, height);
    lib.cairo_svg_surface_set_document_unit(svg, CAIRO_SVG_UNIT_PX);
    return svg;
  }
  case CDRAWING_PDF: {
    cairo_surface_t *pdf = lib.cairo_pdf_surface_create_for_stream(keep, canvas, width * points, height * points);
    /* Equal pictures are equal files, on any day. */
    lib.cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
    return pdf;
  }
  }
  return NULL;
}

const char *cdrawing_unavailable(void) { return drawing_load(); }

cdrawing_canvas *cdrawing_open(cdrawing_format format, double width, double height, double scale) {
  cdrawing_canvas *canvas = drawing_load() ? NULL : calloc(1, sizeof *canvas);
  if (!canvas) return NULL;
  canvas->format = format;
  canvas->surface = surface(canvas, width, height, scale);
  canvas->context = lib.cairo_create(canvas->surface);
  if (lib.cairo_status(canvas->context) != CAIRO_STATUS_SUCCESS) {
    cdrawing_close(canvas);
    return NULL;
  }
  double zoom = format == CDRAWING_PNG ? scale : format == CDRAWING_PDF ? points : 1;
  lib.cairo_scale(canvas->context, zoom, zoom);
  return canvas;
}

bool cdrawing_finish(cdrawing_canvas *canvas, uint8_t **bytes, size_t *count, const char **message) {
  cairo_status_t status = lib.cairo_status(canvas->context);
  if (status == CAIRO_STATUS_SUCCESS && canvas->format == CDRAWING_PNG)
    status = lib.cairo_surface_write_to_png_stream(canvas->surface, keep, canvas);
  lib.cairo_surface_finish(canvas->surface);
  if (status == CAIRO_STATUS_SUCCESS) status = lib.cairo_surface_status(canvas->surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    *message = lib.cairo_status_to_string(status);
    return false;
  }
  *bytes = canvas->bytes;
  *count = canvas->count;
  canvas->bytes = NULL;
  return true;
}

const uint8_t *cdrawing_pixels(cdrawing_canvas *canvas, int *width, int *height, int *stride) {
  if (canvas->format != CDRAWING_PNG) return NULL;
  lib.cairo_surface_flush(canvas->surface);
  *width = lib.cairo_image_surface_get_width(canvas->surface);
  *height = lib.cairo_image_surface_get_height(canvas->surface);
  *stride = lib.cairo_image_surface_get_stride(canvas->surface);
  return lib.cairo_image_surface_get_data(canvas->surface);
}

void cdrawing_close(cdrawing_canvas *canvas) {
  lib.cairo_destroy(canvas->context);
  lib.cairo_surface_destroy(canvas->surface);
  free(canvas->bytes);
  free(canvas);
}

void cdrawing_move(cdrawing_canvas *canvas, double x, double y) { lib.cairo_move_to(canvas->context, x, y); }
void cdrawing_line(cdrawing_canvas *canvas, double x, double y) { lib.cairo_line_to(canvas->context, x, y); }
void cdrawing_close_path(cdrawing_canvas *canvas) { lib.cairo_close_path(canvas->context); }
void cdrawing_rectangle(cdrawing_canvas *canvas, cdrawing_box box) {
  lib.cairo_rectangle(canvas->context, box.x, box.y, box.width, box.height);
}
void cdrawing_disc(cdrawing_canvas *canvas, double x, double y, double radius) {
  lib.cairo_new_sub_path(canvas->context);
  lib.cairo_arc(canvas->context, x, y, radius, 0, 6.283185307179586);
}

static void set_colour(cairo_t *context, cdrawing_colour c) {
  lib.cairo_set_source_rgba(context, c.red, c.green, c.blue, c.alpha);
}

void cdrawing_stroke(cdrawing_canvas *canvas, cdrawing_colour colour, double width, double dash, double gap, bool is_round) {
  cairo_t *context = canvas->context;
  const double lengths[2] = {dash, gap};
  set_colour(context, colour);
  lib.cairo_set_line_width(context, width);
  lib.cairo_set_dash(context, lengths, dash > 0 ? 2 : 0, 0);
  lib.cairo_set_line_join(context, is_round ? CAIRO_LINE_JOIN_ROUND : CAIRO_LINE_JOIN_MITER);
  lib.cairo_set_line_cap(context, is_round ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
  lib.cairo_stroke(context);
}

void cdrawing_fill(cdrawing_canvas *canvas, cdrawing_colour colour) {
  set_colour(canvas->context, colour);
  lib.cairo_fill(canvas->context);
}

void cdrawing_clip(cdrawing_canvas *canvas) { lib.cairo_clip(canvas->context); }
void cdrawing_save(cdrawing_canvas *canvas) { lib.cairo_save(canvas->context); }
void cdrawing_restore(cdrawing_canvas *canvas) { lib.cairo_restore(canvas->context); }

void cdrawing_turn_left(cdrawing_canvas *canvas, double x, double y) {
  lib.cairo_translate(canvas->context, x, y);
  lib.cairo_rotate(canvas->context, -1.5707963267948966);
  lib.cairo_translate(canvas->context, -x, -y);
}

/* Cairo's pixels are 32-bit numbers, colours multiplied by alpha. */
static uint32_t pixel(const uint8_t *rgba) {
  uint32_t alpha = rgba[3], value = alpha << 24;
  for (int channel = 0; channel < 3; channel++) value |= (rgba[channel] * alpha + 127) / 255 << (16 - 8 * channel);
  return value;
}

bool cdrawing_picture(
    cdrawing_canvas *canvas, const uint8_t *pixels, int width, int height, cdrawing_box box, bool is_smooth) {
  cairo_surface_t *image = lib.cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
  uint8_t *data = lib.cairo_image_surface_get_data(image);
  if (!data) {
    lib.cairo_surface_destroy(image);
    return false;
  }
  int stride = lib.cairo_image_surface_get_stride(image);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      uint32_t value = pixel(pixels + 4 * ((size_t)y * width + x));
      memcpy(data + (size_t)y * stride + 4 * (size_t)x, &value, sizeof value);
    }
  lib.cairo_surface_mark_dirty(image);
  cairo_t *context = canvas->context;
  lib.cairo_save(context);
  lib.cairo_translate(context, box.x, box.y);
  lib.cairo_scale(context, box.width / width, box.height / height);
  lib.cairo_set_source_surface(context, image, 0, 0);
  lib.cairo_pattern_set_filter(lib.cairo_get_source(context), is_smooth ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST);
  lib.cairo_pattern_set_extend(lib.cairo_get_source(context), CAIRO_EXTEND_PAD);
  lib.cairo_rectangle(context, 0, 0, width, height);
  lib.cairo_fill(context);
  lib.cairo_restore(context);
  lib.cairo_surface_destroy(image);
  return true;
}

/* A layout of a text; sizes do not depend on the pixels that it will be drawn with. */
static PangoLayout *layout(const cdrawing_text *text) {
  PangoContext *context = lib.pango_font_map_create_context(lib.pango_cairo_font_map_get_default());
  cairo_font_options_t *options = lib.cairo_font_options_create();
  lib.cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  lib.cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  lib.cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  lib.pango_cairo_context_set_font_options(context, options);
  lib.pango_context_set_round_glyph_positions(context, FALSE);
  lib.cairo_font_options_destroy(options);
  PangoLayout *result = lib.pango_layout_new(context);
  lib.g_object_unref(context);
  PangoFontDescription *font = lib.pango_font_description_new();
  lib.pango_font_description_set_family(font, "DejaVu Sans, WenQuanYi Micro Hei, Sans");
  lib.pango_font_description_set_absolute_size(font, text->size * PANGO_SCALE);
  lib.pango_font_description_set_weight(font, text->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  lib.pango_layout_set_font_description(result, font);
  lib.pango_font_description_free(font);
  lib.pango_layout_set_text(result, text->text, (int)text->length);
  /* A name is not turned around by the script that it is written in: it begins on the left. */
  lib.pango_layout_set_auto_dir(result, FALSE);
  if (text->width > 0) {
    lib.pango_layout_set_width(result, (int)(text->width * PANGO_SCALE));
    lib.pango_layout_set_wrap(result, PANGO_WRAP_WORD_CHAR);
    if (text->is_single) lib.pango_layout_set_ellipsize(result, PANGO_ELLIPSIZE_END);
  }
  if (text->is_single) lib.pango_layout_set_single_paragraph_mode(result, TRUE);
  return result;
}

void cdrawing_measure(const cdrawing_text *text, double *width, double *height) {
  *width = *height = 0;
  if (drawing_load()) return;
  PangoLayout *measured = layout(text);
  int w, h;
  lib.pango_layout_get_size(measured, &w, &h);
  *width = (double)w / PANGO_SCALE;
  *height = (double)h / PANGO_SCALE;
  lib.g_object_unref(measured);
}

void cdrawing_draw_text(cdrawing_canvas *canvas, const cdrawing_text *text, double x, double y, cdrawing_colour colour, double rim) {
  PangoLayout *drawn = layout(text);
  cairo_t *context = canvas->context;
  lib.cairo_move_to(context, x, y);
  if (rim > 0) {
    lib.pango_cairo_layout_path(context, drawn);
    cdrawing_stroke(canvas, (cdrawing_colour){.alpha = 0.85}, 2 * rim, 0, 0, true);
    lib.cairo_move_to(context, x, y);
  }
  set_colour(context, colour);
  lib.pango_cairo_show_layout(context, drawn);
  lib.cairo_new_path(context);
  lib.g_object_unref(drawn);
}
