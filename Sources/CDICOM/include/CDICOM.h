/* DICOM headers, and frames compressed as JPEG or JPEG-LS, through DCMTK.
 *
 * DCMTK is C++: every exception stays inside these functions. Nothing here prints. Stored pixels, plain or in runs (RLE),
 * are not read here: the caller learns where they stand.
 */
#ifndef CDICOM_H
#define CDICOM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What came of a call. */
typedef enum {
  CDICOM_OK = 0,
  CDICOM_NOT_DICOM,   /* the bytes do not begin as a DICOM file does */
  CDICOM_TRUNCATED,   /* the bytes end before the header does */
  CDICOM_DAMAGED,     /* DCMTK refused the bytes: see the message */
  CDICOM_DEFLATED,    /* the whole header is compressed: transfer syntax Deflated Explicit VR Little Endian */
  CDICOM_EXCESSIVE,   /* the header is nested deeper, is longer or takes longer than any real one: see the message */
  CDICOM_NO_MEMORY
} cdicom_status;

#define CDICOM_MESSAGE_BYTES 128

/* What a file's header says of its pixels' place. */
typedef struct {
  char transfer_syntax[72];      /* its unique identifier */
  char transfer_syntax_name[96]; /* its name */
  int32_t is_big_endian;
  int32_t is_encapsulated; /* the pixels stand in fragments, compressed */
  uint32_t pixel_tag;      /* 0x7fe00010, or 0x7fe00008 for floats; 0 where the file has no pixels */
  char pixel_vr[4];        /* "OB" or "OW"; empty where the transfer syntax does not tell */
  uint32_t pixel_length;   /* in bytes; 0xffffffff: unknown */
  int64_t pixel_offset;    /* of the first byte behind the pixels' tag and length */
  int32_t group_count;     /* the number of frames that have functional groups of their own */
} cdicom_info;

/* A header that was read. */
typedef struct cdicom_header cdicom_header;

/* Reads the header of an open file up to its pixels; where the status is CDICOM_OK the caller ends it with cdicom_close.
 * The file's position is not used. */
cdicom_status cdicom_open(int descriptor, int64_t byte_count, cdicom_header **header, cdicom_info *info,
                          char message[CDICOM_MESSAGE_BYTES]);

void cdicom_close(cdicom_header *header);

/* Whether the header has an element, even an empty one. */
int cdicom_has(const cdicom_header *header, uint32_t tag);

/* Writes an element's values as text, those of several divided by backslashes, and returns the text's length; -1 where
 * there is no such element, or none that fits; those of group 2 are the file's own. With `sequence` the element is looked for in the first item of this
 * sequence, in the functional groups of frame `frame` (from 0), and where they lack it in those that all frames share. */
int64_t cdicom_text(const cdicom_header *header, int64_t frame, uint32_t sequence, uint32_t tag, char *text,
                    size_t capacity);

/* The form of a frame. */
typedef struct {
  uint16_t rows, columns, samples, bits_allocated, bits_stored, high_bit, is_signed, is_by_plane;
  const char *photometric;
} cdicom_form;

/* Decodes one frame that is compressed as JPEG (baseline, extended, lossless) or JPEG-LS, into rows * columns * samples
 * samples of `bits_allocated` bits (8 or 16), in the machine's byte order; colours come as RGB, or as `colours` says.
 * `pixel_bytes` is even. The caller has checked that the compressed stream has the form's size. */
cdicom_status cdicom_decode(const char *transfer_syntax, const cdicom_form *form, const uint8_t *bytes, size_t count,
                            void *pixels, size_t pixel_bytes, char colours[24], char message[CDICOM_MESSAGE_BYTES]);

#ifdef __cplusplus
}
#endif

#endif
