#include <string.h>

#include <new>
#include <vector>

#include "GuardedStream.h"
#include "library.h"

struct cdicom_header {
  DcmFileFormat file;
  /* The functional groups of each frame, and those that all frames share. */
  std::vector<DcmItem *> frames;
  DcmItem *shared = nullptr;
};

namespace {

/* Elements longer than this are passed over: none that is asked for is as long. */
constexpr Uint32 longest_element = 64 << 10;

DcmTagKey key(uint32_t tag) { return DcmTagKey(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xffff)); }

/* Whether the file begins as DICOM files do: with the preamble, or with an element of group 2 or 8 in little endian. */
bool begins_as_dicom(const GuardedProducer &file, int64_t byte_count) {
  unsigned char head[132];
  if (byte_count >= 132 && file.read_at(0, head, 132) && memcmp(head + 128, "DICM", 4) == 0) return true;
  if (byte_count < 8 || !file.read_at(0, head, 8)) return false;
  const bool has_group = (head[0] == 2 || head[0] == 8) && head[1] == 0 && head[3] == 0;
  const bool has_type = head[4] >= 'A' && head[4] <= 'Z' && head[5] >= 'A' && head[5] <= 'Z';
  return has_group && (has_type || (head[6] == 0 && head[7] == 0));
}

cdicom_status failure(const OFCondition &result, const GuardedStream &stream, char *message) {
  if (stream.is_deflated()) return CDICOM_DEFLATED;
  if (stream.producer().excess()) {
    cdicom_copy(stream.producer().excess(), message, CDICOM_MESSAGE_BYTES);
    return CDICOM_EXCESSIVE;
  }
  if (result == EC_MemoryExhausted) return CDICOM_NO_MEMORY;
  if (result == EC_StreamNotifyClient || result == EC_EndOfStream || result == EC_InvalidStream) {
    return CDICOM_TRUNCATED;
  }
  cdicom_copy(result.text(), message, CDICOM_MESSAGE_BYTES);
  return CDICOM_DAMAGED;
}

/* Finds the element at which parsing ended: `end` is the place behind its tag and length. */
void locate_pixels(const GuardedProducer &file, int64_t end, const DcmXfer &syntax, cdicom_info *info) {
  unsigned char head[12];
  const bool is_explicit = syntax.isExplicitVR();
  const size_t length = is_explicit ? 12 : 8;
  if (end < static_cast<int64_t>(length) || !file.read_at(end - static_cast<int64_t>(length), head, length)) return;
  const bool is_big = info->is_big_endian != 0;
  const auto number = [&](size_t at, size_t bytes) {
    uint32_t value = 0;
    for (size_t n = 0; n < bytes; n++) value = value << 8 | head[at + (is_big ? n : bytes - 1 - n)];
    return value;
  };
  const uint32_t tag = number(0, 2) << 16 | number(2, 2);
  if (tag != 0x7fe00008 && tag != 0x7fe00009 && tag != 0x7fe00010) return;
  info->pixel_tag = tag;
  if (is_explicit) memcpy(info->pixel_vr, head + 4, 2);
  info->pixel_length = number(length - 4, 4);
  info->pixel_offset = end;
}

/* The syntax that the header was parsed in. DCMTK takes one that it does not know for a plain one: that is told as the
 * file names it, and as compressed. */
DcmXfer describe_syntax(cdicom_header *header, cdicom_info *info) {
  const DcmXfer syntax(header->file.getDataset()->getOriginalXfer());
  cdicom_copy(syntax.getXferID(), info->transfer_syntax, sizeof info->transfer_syntax);
  cdicom_copy(syntax.getXferName(), info->transfer_syntax_name, sizeof info->transfer_syntax_name);
  info->is_big_endian = syntax.isBigEndian() ? 1 : 0;
  info->is_encapsulated = syntax.isEncapsulated() ? 1 : 0;
  OFString named;
  const OFCondition found = header->file.getMetaInfo()->findAndGetOFString(DCM_TransferSyntaxUID, named);
  if (found.good() && !named.empty() && DcmXfer(named.c_str()).getXfer() == EXS_Unknown) {
    cdicom_copy(named.c_str(), info->transfer_syntax, sizeof info->transfer_syntax);
    cdicom_copy("unknown", info->transfer_syntax_name, sizeof info->transfer_syntax_name);
    info->is_encapsulated = 1;
  }
  return syntax;
}

void find_groups(cdicom_header *header) {
  DcmDataset *data = header->file.getDataset();
  if (data->findAndGetSequenceItem(DCM_SharedFunctionalGroupsSequence, header->shared, 0).bad()) {
    header->shared = nullptr;
  }
  DcmSequenceOfItems *frames = nullptr;
  if (data->findAndGetSequence(DCM_PerFrameFunctionalGroupsSequence, frames).bad() || !frames) return;
  for (DcmObject *item = frames->nextInContainer(nullptr); item; item = frames->nextInContainer(item)) {
    if (auto *group = dynamic_cast<DcmItem *>(item)) header->frames.push_back(group);
  }
}

cdicom_status read_header(int descriptor, int64_t byte_count, cdicom_header *header, cdicom_info *info,
                          char *message) {
  GuardedStream stream(descriptor, byte_count);
  if (!begins_as_dicom(stream.producer(), byte_count)) return CDICOM_NOT_DICOM;
  header->file.transferInit();
  const OFCondition result =
      header->file.readUntilTag(stream, EXS_Unknown, EGL_noChange, longest_element, DcmTagKey(0x7fe0, 0x0008));
  header->file.transferEnd();
  if (result.bad() || stream.producer().excess()) return failure(result, stream, message);
  const DcmXfer syntax = describe_syntax(header, info);
  locate_pixels(stream.producer(), stream.tell(), syntax, info);
  find_groups(header);
  info->group_count = static_cast<int32_t>(header->frames.size());
  return CDICOM_OK;
}

/* Writes the text of an item's element; -1 where the item has none. */
int64_t text_of(DcmItem *item, uint32_t tag, char *text, size_t capacity) {
  DcmElement *element = nullptr;
  if (!item || item->findAndGetElement(key(tag), element).bad() || !element) return -1;
  if (element->getLength() > longest_element) return -1;
  OFString values;
  if (element->getOFStringArray(values).bad() || values.size() >= capacity) return -1;
  memcpy(text, values.data(), values.size());
  text[values.size()] = 0;
  return static_cast<int64_t>(values.size());
}

int64_t group_text(DcmItem *groups, uint32_t sequence, uint32_t tag, char *text, size_t capacity) {
  DcmItem *item = nullptr;
  if (!groups || groups->findAndGetSequenceItem(key(sequence), item, 0).bad()) return -1;
  return text_of(item, tag, text, capacity);
}

}  // namespace

cdicom_status cdicom_open(int descriptor, int64_t byte_count, cdicom_header **header, cdicom_info *info,
                          char message[CDICOM_MESSAGE_BYTES]) {
  *header = nullptr;
  *info = cdicom_info{};
  message[0] = 0;
  cdicom_header *made = nullptr;
  cdicom_status status = CDICOM_NO_MEMORY;
  try {
    cdicom_prepare();
    made = new cdicom_header;
    status = read_header(descriptor, byte_count, made, info, message);
  } catch (const std::bad_alloc &) {
    status = CDICOM_NO_MEMORY;
  } catch (...) {
    status = CDICOM_DAMAGED;
  }
  if (status == CDICOM_OK) {
    *header = made;
  } else {
    cdicom_close(made);
  }
  return status;
}

void cdicom_close(cdicom_header *header) { delete header; }

int cdicom_has(const cdicom_header *header, uint32_t tag) {
  return const_cast<cdicom_header *>(header)->file.getDataset()->tagExists(key(tag)) ? 1 : 0;
}

int64_t cdicom_text(const cdicom_header *header, int64_t frame, uint32_t sequence, uint32_t tag, char *text,
                    size_t capacity) {
  try {
    if (sequence == 0 && tag >> 16 == 2) {
      return text_of(const_cast<cdicom_header *>(header)->file.getMetaInfo(), tag, text, capacity);
    }
    if (sequence == 0) {
      return text_of(const_cast<cdicom_header *>(header)->file.getDataset(), tag, text, capacity);
    }
    int64_t length = -1;
    if (frame >= 0 && static_cast<size_t>(frame) < header->frames.size()) {
      length = group_text(header->frames[static_cast<size_t>(frame)], sequence, tag, text, capacity);
    }
    return length >= 0 ? length : group_text(header->shared, sequence, tag, text, capacity);
  } catch (...) {
    return -1;
  }
}
