#include "GuardedStream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

namespace {

/* A level of nesting takes DCMTK's parser some kilobytes of stack, and real headers nest a dozen levels. */
constexpr ptrdiff_t largest_stack = 256 << 10;
constexpr int64_t most_bytes = 64 << 20;
constexpr long most_seconds = 5;
constexpr size_t window_bytes = 64 << 10;

timespec processor_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now;
}

/* Makes no stream: what was passed over stays unread. */
class NoFactory : public DcmInputStreamFactory {
 public:
  DcmInputStream *create() const override { return nullptr; }
  DcmInputStreamFactory *clone() const override { return new NoFactory; }
  DcmInputStreamFactoryType ident() const override { return DFT_DcmInputFileStreamFactory; }
};

}  // namespace

GuardedProducer::GuardedProducer(int descriptor, int64_t byte_count)
    : descriptor_(descriptor),
      byte_count_(byte_count),
      stack_(static_cast<const char *>(__builtin_frame_address(0))),
      start_(processor_time()) {}

void GuardedProducer::guard() {
  const ptrdiff_t depth = stack_ - static_cast<const char *>(__builtin_frame_address(0));
  if (std::max(depth, -depth) > largest_stack) excess_ = "sequences are nested too deeply";
  if (bytes_read_ > most_bytes) excess_ = "it is longer than 64 MB";
  if (++reads_ % 1024 == 0 && processor_time().tv_sec - start_.tv_sec > most_seconds) {
    excess_ = "reading it takes too long";
  }
  if (excess_) status_ = EC_CorruptedData;
}

bool GuardedProducer::read_at(int64_t offset, void *buffer, size_t length) const {
  size_t filled = 0;
  while (filled < length) {
    const ssize_t count = pread(descriptor_, static_cast<char *>(buffer) + filled, length - filled,
                                offset + static_cast<int64_t>(filled));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    filled += static_cast<size_t>(count);
  }
  return true;
}

offile_off_t GuardedProducer::read(void *buffer, offile_off_t length) {
  guard();
  if (status_.bad() || length <= 0) return 0;
  length = std::min<offile_off_t>(length, byte_count_ - position_);
  if (static_cast<size_t>(length) > window_bytes) {
    if (!read_at(position_, buffer, static_cast<size_t>(length))) status_ = EC_InvalidStream;
  } else {
    const int64_t window_end = window_start_ + static_cast<int64_t>(window_.size());
    if (position_ < window_start_ || position_ + length > window_end) {
      window_start_ = position_;
      window_.resize(static_cast<size_t>(std::min<int64_t>(window_bytes, byte_count_ - position_)));
      if (!read_at(position_, window_.data(), window_.size())) status_ = EC_InvalidStream;
    }
    if (status_.good()) memcpy(buffer, window_.data() + (position_ - window_start_), static_cast<size_t>(length));
  }
  if (status_.bad()) return 0;
  position_ += length;
  bytes_read_ += length;
  return length;
}

offile_off_t GuardedProducer::skip(offile_off_t length) {
  guard();
  if (status_.bad() || length <= 0) return 0;
  length = std::min<offile_off_t>(length, byte_count_ - position_);
  position_ += length;
  return length;
}

void GuardedProducer::putback(offile_off_t length) {
  if (length > position_) {
    status_ = EC_PutbackFailed;
  } else {
    position_ -= length;
  }
}

DcmInputStreamFactory *GuardedStream::newFactory() const { return new NoFactory; }

OFCondition GuardedStream::installCompressionFilter(E_StreamCompression) {
  is_deflated_ = true;
  return EC_UnsupportedEncoding;
}
