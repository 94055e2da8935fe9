// Cairo and Pango are loaded when something is drawn for the first time: other commands start faster, and run where the
// libraries are missing.
#ifndef LIBRARY_H
#define LIBRARY_H

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>

#define DRAWING_FUNCTIONS(X) \
  X(FcConfigGetFonts) X(cairo_arc) X(cairo_clip) X(cairo_close_path) X(cairo_create) X(cairo_destroy) X(cairo_fill) \
  X(cairo_font_options_create) X(cairo_font_options_destroy) X(cairo_font_options_set_antialias) \
  X(cairo_font_options_set_hint_metrics) X(cairo_font_options_set_hint_style) X(cairo_get_source) \
  X(cairo_image_surface_create) X(cairo_image_surface_get_data) X(cairo_image_surface_get_height) \
  X(cairo_image_surface_get_stride) X(cairo_image_surface_get_width) X(cairo_line_to) X(cairo_move_to) \
  X(cairo_new_path) X(cairo_new_sub_path) X(cairo_pattern_set_extend) X(cairo_pattern_set_filter) \
  X(cairo_pdf_surface_create_for_stream) X(cairo_pdf_surface_set_metadata) X(cairo_rectangle) X(cairo_restore) \
  X(cairo_rotate) X(cairo_save) X(cairo_scale) X(cairo_set_dash) X(cairo_set_line_cap) X(cairo_set_line_join) \
  X(cairo_set_line_width) X(cairo_set_source_rgba) X(cairo_set_source_surface) X(cairo_status) \
  X(cairo_status_to_string) X(cairo_stroke) X(cairo_surface_destroy) X(cairo_surface_finish) X(cairo_surface_flush) \
  X(cairo_surface_mark_dirty) X(cairo_surface_status) X(cairo_surface_write_to_png_stream) \
  X(cairo_svg_surface_create_for_stream) X(cairo_svg_surface_set_document_unit) X(cairo_translate) \
  X(g_object_unref) X(pango_cairo_context_set_font_options) X(pango_cairo_font_map_get_default) \
  X(pango_cairo_layout_path) X(pango_cairo_show_layout) X(pango_context_set_round_glyph_positions) \
  X(pango_font_description_free) X(pango_font_description_new) X(pango_font_description_set_absolute_size) \
  X(pango_font_description_set_family) X(pango_font_description_set_weight) X(pango_font_map_create_context) \
  X(pango_layout_get_size) X(pango_layout_new) X(pango_layout_set_auto_dir) X(pango_layout_set_ellipsize) \
  X(pango_layout_set_font_description) X(pango_layout_set_single_paragraph_mode) X(pango_layout_set_text) \
  X(pango_layout_set_width) X(pango_layout_set_wrap)

typedef struct {
#define X(name) __typeof__(&name) name;
  DRAWING_FUNCTIONS(X)
#undef X
} drawing_library;

// The functions; they may be called after drawing_load() returned NULL.
extern drawing_library lib;

// Loads the libraries once. NULL, or why they cannot be loaded.
const char *drawing_load(void);

#endif
