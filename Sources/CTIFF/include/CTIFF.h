/* Pages of TIFF files through libtiff's classic interface, from memory and into memory, samples exactly as stored.
 *
 * Every page is opened alone, by the place of its directory, so that libtiff never walks from page to page. libtiff's
 * complaints are caught for each handle: nothing here prints. No handle may outlive its bytes.
 */
#ifndef CTIFF_H
#define CTIFF_H

#include <stddef.h>
#include <stdint.h>

/* What came of a call. */
typedef enum {
  CTIFF_OK = 0,
  CTIFF_DAMAGED, /* libtiff refused the bytes: see the message */
  CTIFF_NO_MEMORY
} ctiff_status;

#define CTIFF_MESSAGE_BYTES 256

/* What a page's directory says. Tags that are missing have TIFF's default. */
typedef struct {
  uint32_t width;
  uint32_t height;
  uint32_t depth;           /* ImageDepth, an extension by SGI; 1 elsewhere */
  uint32_t bits;            /* BitsPerSample */
  uint32_t samples;         /* SamplesPerPixel; 3 where colours are converted to RGB */
  uint32_t sample_format;   /* TIFF's numbers: 1 unsigned, 2 signed, 3 float, 4 undefined, 5 and 6 complex */
  uint32_t photometric;     /* TIFF's numbers; 2, RGB, where colours are converted */
  uint32_t compression;     /* TIFF's numbers */
  uint32_t subfile_type;    /* NewSubfileType; bit 0: a reduced copy */
  uint32_t subdirectories;  /* how many SubIFDs there are */
  uint32_t extra_samples;   /* samples beyond those of the colours, as ExtraSamples lists them */
  uint32_t last_extra;      /* TIFF's number of the last one: 0 unspecified, 1 and 2 alpha */
  int32_t is_planar;        /* whether each sample has chunks of its own */
  int32_t is_tiled;
  uint32_t chunk_width;     /* of tiles; strips: the page's width */
  uint32_t chunk_height;    /* of tiles; strips: RowsPerStrip, at most the page's height */
  uint32_t chunk_depth;     /* TileDepth, an extension by SGI; 1 elsewhere */
  uint32_t chunk_count;
  uint64_t chunk_bytes;     /* decoded, of a full one; 0: libtiff finds that it cannot be */
  float x_resolution;       /* pixels per unit; 0 where it is missing */
  float y_resolution;
} ctiff_page;

/* An open page. */
typedef struct ctiff_reader ctiff_reader;

/* Opens the page whose directory is at `directory`; `is_big`: of a BigTIFF. libtiff takes at most `largest_allocation`
 * bytes at once. NULL: no memory. The caller closes it, whatever the status. */
ctiff_reader *ctiff_open(const uint8_t *bytes, size_t count, uint64_t directory, int is_big,
                         size_t largest_allocation);
void ctiff_close(ctiff_reader *reader);

/* What came of opening the page. */
ctiff_status ctiff_status_of(const ctiff_reader *reader);

/* libtiff's last complaint about opening, or about the last chunk; empty where there was none. */
const char *ctiff_message(const ctiff_reader *reader);

/* Tells what the directory of a page says that was opened well. */
void ctiff_describe(ctiff_reader *reader, ctiff_page *page);

/* The text of ImageDescription, which lives as long as the page is open; NULL where there is none. */
const char *ctiff_description(ctiff_reader *reader);

/* Puts red, green and blue of the `1 << bits` colours of a palette, 16 bits each, one behind the other; 0: there is none. */
int ctiff_colours(ctiff_reader *reader, uint16_t *colours, uint32_t bits);

/* Decodes a strip or tile into `size` bytes, samples of 16 and more bits in the machine's order. */
ctiff_status ctiff_read_chunk(ctiff_reader *reader, uint32_t index, void *bytes, size_t size);

/* Turns `count` unsigned samples of 1 to 16 bits, packed with the highest bit first, into floats. */
void ctiff_load_bits(const uint8_t *source, uint32_t bits, size_t count, float *values);

/* Turns `count` floats of 16 bits in the machine's order into floats. Returns how many are not finite. */
size_t ctiff_load_halves(const void *source, size_t count, float *values);

/* How the pages of a file that is written are. */
typedef struct {
  uint32_t width;
  uint32_t height;
  uint32_t samples;       /* 1 (grey) or 3 (RGB) */
  uint32_t bits;
  uint32_t sample_format; /* as in ctiff_page */
  float x_resolution;     /* pixels per unit; 0: none is written */
  float y_resolution;
} ctiff_form;

/* A file on its way into memory: little-endian, compressed by deflate. The bytes depend on nothing but the arguments. */
typedef struct ctiff_writer ctiff_writer;

/* Begins a file; `is_big`: a BigTIFF. NULL: no memory. */
ctiff_writer *ctiff_begin(int is_big);

/* Appends a page of samples in the machine's order; `description`: its ImageDescription, or NULL. */
ctiff_status ctiff_write_page(ctiff_writer *writer, const ctiff_form *form, const char *description,
                              const void *samples);

/* Ends the file. Its bytes live until the writer is freed. */
ctiff_status ctiff_finish(ctiff_writer *writer, const uint8_t **bytes, size_t *count);

/* libtiff's last complaint; empty where there was none. */
const char *ctiff_writer_message(const ctiff_writer *writer);
void ctiff_free(ctiff_writer *writer);

#endif
