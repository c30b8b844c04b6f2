#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "plugin/host/byte-source.h"
#include "plugin/host/host-error.h"

namespace jambridge::host {
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

}  // namespace jambridge::host
