/* What the reader and the writer share: libpng's complaints, caught. */
#ifndef CPNG_REPORT_H
#define CPNG_REPORT_H

#include <png.h>

#include "include/CPNG.h"

/* Where a call's outcome is gathered; libpng's error pointer. */
typedef struct {
  cpng_status status;
  char *message;
} cpng_report;

/* Notes libpng's message, unless a status is set already, and jumps back. */
_Noreturn void cpng_on_error(png_structp png, png_const_charp text);

/* Drops a warning: libpng warns of harmless things only. */
void cpng_on_warning(png_structp png, png_const_charp text);

#endif
