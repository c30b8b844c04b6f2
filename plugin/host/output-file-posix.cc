#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "plugin/host/host-error.h"
#include "plugin/host/output-file.h"

namespace jambridge::host {

OutputFile::OutputFile(const std::string& path)
    : fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)), path_(path) {
  if (fd_ < 0) Fail("can't write " + path + ": " + std::strerror(errno));
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) close(fd_);
}

void OutputFile::WriteAt(uint64_t offset, const void* bytes, size_t count) {
  size_t done = 0;
  while (done < count) {
    const ssize_t put =
        pwrite(fd_, static_cast<const char*>(bytes) + done, count - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) Fail("can't write " + path_ + ": " + std::strerror(errno));
    done += static_cast<size_t>(put);
  }
}

void OutputFile::Close() {
  if (fd_ < 0) return;
  const int result = close(fd_);
  fd_ = -1;
  if (result != 0) Fail("can't write " + path_ + ": " + std::strerror(errno));
}

bool SameFile(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  return stat(a.c_str(), &first) == 0 && stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

}  // namespace jambridge::host
