/* Vector drawing and text through Cairo and Pango: one canvas, written as PNG, SVG or PDF.
 *
 * Lengths are in units of 1/96 inch, x to the right and y down; a PNG has `scale` pixels a unit. Nothing here prints or
 * ends the program. A canvas belongs to one thread at a time.
 */
#ifndef CDRAWING_H
#define CDRAWING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cdrawing_canvas cdrawing_canvas;

typedef enum { CDRAWING_PNG, CDRAWING_SVG, CDRAWING_PDF } cdrawing_format;

/* Each part in 0...1. */
typedef struct {
  double red, green, blue, alpha;
} cdrawing_colour;

typedef struct {
  double x, y, width, height;
} cdrawing_box;

/* NULL, or why nothing can be drawn: the libraries are loaded when they are needed first. */
const char *cdrawing_unavailable(void);

/* Makes a canvas; NULL without the libraries, without memory, or where it is too large. */
cdrawing_canvas *cdrawing_open(cdrawing_format format, double width, double height, double scale);

/* Ends the drawing; the bytes belong to the caller (free). False where something failed: `message` then is why. */
bool cdrawing_finish(cdrawing_canvas *canvas, uint8_t **bytes, size_t *count, const char **message);

/* The pixels of a PNG that is being drawn, `stride` bytes a row, each as a number 0x00RRGGBB; NULL for other formats. */
const uint8_t *cdrawing_pixels(cdrawing_canvas *canvas, int *width, int *height, int *stride);

/* Ends the drawing without a result, or frees a finished canvas. */
void cdrawing_close(cdrawing_canvas *canvas);

/* The path that the next call strokes, fills or clips to. */
void cdrawing_move(cdrawing_canvas *canvas, double x, double y);
void cdrawing_line(cdrawing_canvas *canvas, double x, double y);
void cdrawing_close_path(cdrawing_canvas *canvas);
void cdrawing_rectangle(cdrawing_canvas *canvas, cdrawing_box box);
void cdrawing_disc(cdrawing_canvas *canvas, double x, double y, double radius);

/* Each uses the path up. Dashes and gaps have these lengths; 0 for a solid line. */
void cdrawing_stroke(cdrawing_canvas *canvas, cdrawing_colour colour, double width, double dash, double gap, bool is_round);
void cdrawing_fill(cdrawing_canvas *canvas, cdrawing_colour colour);
/* Restricts what follows to the path, until the state before `cdrawing_save` is restored. */
void cdrawing_clip(cdrawing_canvas *canvas);
void cdrawing_save(cdrawing_canvas *canvas);
void cdrawing_restore(cdrawing_canvas *canvas);

/* Draws a picture of [height, width, 4] bytes: red, green, blue and alpha (not premultiplied). Where `is_smooth`, pixels
 * are interpolated; else each is a rectangle. False without memory. */
bool cdrawing_picture(
    cdrawing_canvas *canvas, const uint8_t *pixels, int width, int height, cdrawing_box box, bool is_smooth);

typedef struct {
  const char *text; /* UTF-8, without NUL */
  size_t length;
  double size; /* of the font */
  bool is_bold;
  double width;   /* lines are broken or cut short at it; 0: never */
  bool is_single; /* cut short with dots in place of broken */
} cdrawing_text;

/* The size of a text; 0 without the libraries. */
void cdrawing_measure(const cdrawing_text *text, double *width, double *height);

/* Draws a text, its upper left corner at (x, y); with a rim of `rim` units of black where it is above 0. */
void cdrawing_draw_text(cdrawing_canvas *canvas, const cdrawing_text *text, double x, double y, cdrawing_colour colour, double rim);

/* Turns what follows by 90 degrees to the left around (x, y), until the state is restored. */
void cdrawing_turn_left(cdrawing_canvas *canvas, double x, double y);

#endif
