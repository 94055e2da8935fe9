/* What the header's reader and the decoder share. */
#ifndef CDICOM_LIBRARY_H
#define CDICOM_LIBRARY_H

#include "include/CDICOM.h"

/* Silences DCMTK's log and registers its decoders; only the first call does anything. */
void cdicom_prepare();

/* Copies a text, cut to the capacity and ended with 0. */
void cdicom_copy(const char *text, char *destination, size_t capacity);

#endif
