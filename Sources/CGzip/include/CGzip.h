/* Decompression of gzip by ISA-L, two to three times as fast as zlib's; zlib itself for compression.
 *
 * Nothing here prints, and nothing is allocated but the state of fixed size.
 */
#ifndef CGZIP_H
#define CGZIP_H

#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

/* What came of a call. */
typedef enum {
  CGZIP_OK = 0,   /* the input is used up or the output is full */
  CGZIP_END,      /* a member has ended, and its checksum holds */
  CGZIP_DAMAGED,  /* the compression does not hold */
  CGZIP_CHECKSUM, /* the checksum or the length does not hold */
  CGZIP_HEADER    /* the member's header does not hold */
} cgzip_status;

/* The state of a decompression. */
typedef struct cgzip_inflater cgzip_inflater;

/* Makes a state at the beginning of a member; NULL where memory runs out. */
cgzip_inflater *cgzip_make_inflater(void);

/* Frees a state. */
void cgzip_free_inflater(cgzip_inflater *inflater);

/* Decompresses from `input` to `output`; `used` and `made` say how far it came.
 *
 * After CGZIP_END the next call begins another member. `used` may then be negative, by up to 8 bytes: those came with an
 * earlier call, and do not belong to the member that has ended. */
cgzip_status cgzip_inflate(cgzip_inflater *inflater, const uint8_t *input, size_t input_count, ptrdiff_t *used,
                           uint8_t *output, size_t output_count, size_t *made);

#endif
