/* A file's bytes for DCMTK's parser, with bounds on what a hostile header can make it do. */
#ifndef CDICOM_GUARDED_STREAM_H
#define CDICOM_GUARDED_STREAM_H

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcistrma.h>

#include <time.h>

#include <vector>

/* Reads from an open file. The parser recurses with the nesting of sequences and inserts elements in linear time: a read
 * that finds the stack too deep, the bytes too many or the time too long fails, and so ends the parser. */
class GuardedProducer : public DcmProducer {
 public:
  GuardedProducer(int descriptor, int64_t byte_count);

  OFBool good() const override { return status_.good(); }
  OFCondition status() const override { return status_; }
  OFBool eos() override { return position_ >= byte_count_; }
  offile_off_t avail() override { return byte_count_ - position_; }
  offile_off_t read(void *buffer, offile_off_t length) override;
  offile_off_t skip(offile_off_t length) override;
  void putback(offile_off_t length) override;

  /* Reads bytes at a place of the file; returns whether all are there. */
  bool read_at(int64_t offset, void *buffer, size_t length) const;

  /* Why reading was ended; null where it was not. */
  const char *excess() const { return excess_; }

 private:
  void guard();

  const int descriptor_;
  const int64_t byte_count_;
  const char *const stack_;
  const timespec start_;
  int64_t position_ = 0;
  int64_t bytes_read_ = 0;
  uint32_t reads_ = 0;
  std::vector<char> window_;
  int64_t window_start_ = 0;
  OFCondition status_ = EC_Normal;
  const char *excess_ = nullptr;
};

/* The stream over a guarded producer. Elements longer than the parser's limit are passed over and never loaded. */
class GuardedStream : public DcmInputStream {
 public:
  GuardedStream(int descriptor, int64_t byte_count)
      : DcmInputStream(&producer_), producer_(descriptor, byte_count) {}

  DcmInputStreamFactory *newFactory() const override;
  OFCondition installCompressionFilter(E_StreamCompression) override;

  const GuardedProducer &producer() const { return producer_; }
  bool is_deflated() const { return is_deflated_; }

 private:
  GuardedProducer producer_;
  bool is_deflated_ = false;
};

#endif
