#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dccodec.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>
#include <stdio.h>

#include <memory>
#include <mutex>
#include <new>

#include "library.h"

void cdicom_prepare() {
  static std::once_flag once;
  std::call_once(once, [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DJDecoderRegistration::registerCodecs();
    DJLSDecoderRegistration::registerCodecs();
  });
}

void cdicom_copy(const char *text, char *destination, size_t capacity) {
  snprintf(destination, capacity, "%s", text ? text : "");
}

namespace {

/* A data set that says of a frame what the decoders ask. */
void describe(const cdicom_form &form, DcmDataset &data) {
  data.putAndInsertUint16(DCM_Rows, form.rows);
  data.putAndInsertUint16(DCM_Columns, form.columns);
  data.putAndInsertUint16(DCM_SamplesPerPixel, form.samples);
  data.putAndInsertUint16(DCM_BitsAllocated, form.bits_allocated);
  data.putAndInsertUint16(DCM_BitsStored, form.bits_stored);
  data.putAndInsertUint16(DCM_HighBit, form.high_bit);
  data.putAndInsertUint16(DCM_PixelRepresentation, form.is_signed);
  data.putAndInsertUint16(DCM_PlanarConfiguration, form.is_by_plane);
  data.putAndInsertString(DCM_PhotometricInterpretation, form.photometric);
}

OFCondition decode(const char *transfer_syntax, const cdicom_form &form, const uint8_t *bytes, size_t count,
                   void *pixels, size_t pixel_bytes, OFString &colours) {
  DcmDataset data;
  describe(form, data);
  DcmPixelSequence fragments(DCM_PixelSequenceTag);
  OFCondition result = fragments.insert(new DcmPixelItem(DCM_PixelItemTag));
  auto frame = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
  if (result.good()) result = frame->putUint8Array(bytes, static_cast<unsigned long>(count));
  if (result.good()) result = fragments.insert(frame.release());
  Uint32 fragment = 1;
  if (result.good()) {
    result = DcmCodecList::decodeFrame(DcmXfer(transfer_syntax), nullptr, &fragments, &data, 0, fragment, pixels,
                                       static_cast<Uint32>(pixel_bytes), colours);
  }
  return result;
}

}  // namespace

cdicom_status cdicom_decode(const char *transfer_syntax, const cdicom_form *form, const uint8_t *bytes, size_t count,
                            void *pixels, size_t pixel_bytes, char colours[24], char message[CDICOM_MESSAGE_BYTES]) {
  message[0] = 0;
  try {
    cdicom_prepare();
    OFString model;
    const OFCondition result = decode(transfer_syntax, *form, bytes, count, pixels, pixel_bytes, model);
    cdicom_copy(model.c_str(), colours, 24);
    if (result.good()) return CDICOM_OK;
    if (result == EC_MemoryExhausted) return CDICOM_NO_MEMORY;
    cdicom_copy(result.text(), message, CDICOM_MESSAGE_BYTES);
    return CDICOM_DAMAGED;
  } catch (const std::bad_alloc &) {
    return CDICOM_NO_MEMORY;
  } catch (...) {
    return CDICOM_DAMAGED;
  }
}
