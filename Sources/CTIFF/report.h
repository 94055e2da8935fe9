/* What the reader and the writer share: libtiff's complaints, caught. */
#ifndef CTIFF_REPORT_H
#define CTIFF_REPORT_H

#include <tiffio.h>

#include "include/CTIFF.h"

/* What libtiff said through one handle. */
typedef struct {
  char message[CTIFF_MESSAGE_BYTES]; /* the last error, which is the one that counts; before any, the last warning */
  int errors;
  int warnings;
} ctiff_report;

/* How libtiff reaches the bytes. */
typedef struct {
  TIFFReadWriteProc read;
  TIFFReadWriteProc write;
  TIFFSeekProc seek;
  TIFFSizeProc size;
} ctiff_access;

/* Opens a handle whose complaints go to `report`. `largest_allocation` 0: without a limit. */
TIFF *ctiff_open_client(const char *mode, void *client, const ctiff_access *access, ctiff_report *report,
                        size_t largest_allocation);

#endif
