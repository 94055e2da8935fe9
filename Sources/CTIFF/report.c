#include "report.h"

#include <stdarg.h>
#include <stdio.h>

/* The result of both handlers tells libtiff not to call the global ones, which print. */
static int on_error(TIFF *tiff, void *report, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  ctiff_report *r = report;
  r->errors++;
  vsnprintf(r->message, sizeof r->message, format, arguments);
  return 1;
}

static int on_warning(TIFF *tiff, void *report, const char *module, const char *format, va_list arguments) {
  (void)tiff;
  (void)module;
  ctiff_report *r = report;
  r->warnings++;
  if (r->errors == 0) vsnprintf(r->message, sizeof r->message, format, arguments);
  return 1;
}

static int close_nothing(thandle_t client) {
  (void)client;
  return 0;
}

TIFF *ctiff_open_client(const char *mode, void *client, const ctiff_access *access, ctiff_report *report,
                        size_t largest_allocation) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return NULL;
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, report);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, report);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)largest_allocation);
  TIFF *tiff = TIFFClientOpenExt("memory", mode, client, access->read, access->write, access->seek, close_nothing,
                                 access->size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}
