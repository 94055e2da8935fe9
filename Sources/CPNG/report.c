#include "report.h"

#include <stdio.h>

void cpng_on_error(png_structp png, png_const_charp text) {
  cpng_report *report = png_get_error_ptr(png);
  if (report->status == CPNG_OK) report->status = CPNG_DAMAGED;
  snprintf(report->message, CPNG_MESSAGE_BYTES, "%s", text);
  png_longjmp(png, 1);
}

void cpng_on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}
