#include "plugin/host/byte-source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "plugin/host/host-error.h"

namespace jambridge::host {

size_t MemorySource::ReadAt(uint64_t offset, void* dest, size_t bytes) {
  if (offset >= bytes_.size()) return 0;
  const size_t count = std::min<size_t>(bytes, bytes_.size() - static_cast<size_t>(offset));
  std::memcpy(dest, bytes_.data() + offset, count);
  return count;
}

namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(int fd, uint64_t size, std::string path) : fd_(fd), size_(size), path_(std::move(path)) {}
  ~FileSource() override { close(fd_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  uint64_t size() const override { return size_; }

  size_t ReadAt(uint64_t offset, void* dest, size_t bytes) override {
    size_t done = 0;
    while (done < bytes) {
      const ssize_t got =
          pread(fd_, static_cast<char*>(dest) + done, bytes - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) Fail("can't read " + path_ + ": " + std::strerror(errno));
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

 private:
  const int fd_;
  const uint64_t size_;
  const std::string path_;
};

}  // namespace

std::unique_ptr<ByteSource> OpenFile(const std::string& path) {
  // Non-blocking, so that a FIFO without a writer is refused instead of waited for.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) Fail("can't open " + path + ": " + std::strerror(errno));
  struct stat status {};
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(fd);
    Fail("can't read " + path + ": not a regular file");
  }
  return std::make_unique<FileSource>(fd, static_cast<uint64_t>(status.st_size), path);
}

std::vector<uint8_t> ReadWholeFile(const std::string& path, uint64_t bytesMax) {
  const auto source = OpenFile(path);
  if (source->size() > bytesMax) {
    Fail(path + " has " + std::to_string(source->size()) + " bytes; the limit is " +
         std::to_string(bytesMax));
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(source->size()));
  bytes.resize(source->ReadAt(0, bytes.data(), bytes.size()));
  return bytes;
}

}  // namespace jambridge::host
