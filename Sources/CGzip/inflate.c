#include <isa-l/igzip_lib.h>
#include <stdlib.h>

#include "include/CGzip.h"

struct cgzip_inflater {
  struct inflate_state state;
};

static void begin_member(struct inflate_state *state) {
  isal_inflate_reset(state);
  state->crc_flag = ISAL_GZIP;
}

cgzip_inflater *cgzip_make_inflater(void) {
  cgzip_inflater *inflater = malloc(sizeof *inflater);
  if (!inflater) return NULL;
  isal_inflate_init(&inflater->state);
  begin_member(&inflater->state);
  return inflater;
}

void cgzip_free_inflater(cgzip_inflater *inflater) { free(inflater); }

static cgzip_status status_of(int code) {
  switch (code) {
    case ISAL_DECOMP_OK:
    case ISAL_END_INPUT:
    case ISAL_OUT_OVERFLOW: return CGZIP_OK;
    case ISAL_INCORRECT_CHECKSUM: return CGZIP_CHECKSUM;
    case ISAL_INVALID_WRAPPER:
    case ISAL_UNSUPPORTED_METHOD: return CGZIP_HEADER;
    default: return CGZIP_DAMAGED;
  }
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

cgzip_status cgzip_inflate(cgzip_inflater *inflater, const uint8_t *input, size_t input_count, ptrdiff_t *used,
                           uint8_t *output, size_t output_count, size_t *made) {
  struct inflate_state *state = &inflater->state;
  const size_t in = least(input_count, 1u << 30), out = least(output_count, 1u << 30);
  state->next_in = (uint8_t *)input;
  state->avail_in = (uint32_t)in;
  state->next_out = output;
  state->avail_out = (uint32_t)out;
  const cgzip_status status = status_of(isal_inflate(state));
  *made = out - state->avail_out;
  *used = (ptrdiff_t)(in - state->avail_in);
  if (status != CGZIP_OK || state->block_state != ISAL_BLOCK_FINISH) return status;
  /* What ISA-L has taken into its bit buffer beyond the member's end. */
  *used -= state->read_in_length / 8;
  begin_member(state);
  return CGZIP_END;
}
