/* PNG images through libpng's classic interface, sample values exactly as stored: no gamma, no scaling.
 *
 * libpng reports errors by longjmp: every jump stays inside these functions. Nothing here prints.
 */
#ifndef CPNG_H
#define CPNG_H

#include <stddef.h>
#include <stdint.h>

/* What came of a call. */
typedef enum {
  CPNG_OK = 0,
  CPNG_NOT_PNG,    /* the signature is missing */
  CPNG_TRUNCATED,  /* the bytes end before the image does */
  CPNG_DAMAGED,    /* libpng refused the bytes: see the message */
  CPNG_NO_MEMORY
} cpng_status;

/* Which colours an image holds. */
typedef enum { CPNG_GREY, CPNG_GREY_ALPHA, CPNG_RGB, CPNG_RGB_ALPHA, CPNG_PALETTE } cpng_colour;

/* An image's header. */
typedef struct {
  uint32_t width;
  uint32_t height;
  int32_t bit_depth; /* 1, 2, 4, 8 or 16 */
  int32_t channels;  /* samples a pixel, as cpng_read_samples gives them */
  cpng_colour colour;
} cpng_info;

/* The most pixels that an image that is read has along a side: the bytes of all of them fit in 64 bits. */
#define CPNG_LARGEST_SIDE 1000000

#define CPNG_MESSAGE_BYTES 128

/* Reads an image's header. With `expand_palette` the samples of an image with a palette are its colours: 3, or 4 where
 * the palette has transparent ones; else their indices. `message` receives libpng's words where the status is
 * CPNG_DAMAGED. */
cpng_status cpng_read_info(const uint8_t *bytes, size_t count, int expand_palette, cpng_info *info,
                           char message[CPNG_MESSAGE_BYTES]);

/* Decodes an image's samples, row by row, pixel by pixel, into width * height * channels floats. */
cpng_status cpng_read_samples(const uint8_t *bytes, size_t count, int expand_palette, float *samples,
                              char message[CPNG_MESSAGE_BYTES]);

/* Encodes an image: 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha) channels of 8 bits (uint8_t), or of 16
 * bits (uint16_t, the machine's order).
 * The encoded bytes depend on nothing but the arguments; the caller frees them with cpng_free. */
cpng_status cpng_encode(uint32_t width, uint32_t height, int channels, int bit_depth, const void *samples,
                        uint8_t **encoded, size_t *encoded_count, char message[CPNG_MESSAGE_BYTES]);

/* Frees what cpng_encode made. */
void cpng_free(uint8_t *encoded);

#endif
