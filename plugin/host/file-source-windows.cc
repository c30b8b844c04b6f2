#include "plugin/host/byte-source.h"
#include "plugin/host/host-error.h"
#include "plugin/host/wide-text.h"

namespace jambridge::host {
namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(HANDLE file, uint64_t size, std::string path)
      : file_(file), size_(size), path_(std::move(path)) {}
  ~FileSource() override { CloseHandle(file_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  uint64_t size() const override { return size_; }

  size_t ReadAt(uint64_t offset, void* dest, size_t bytes) override {
    size_t done = 0;
    while (done < bytes) {
      OVERLAPPED place{};
      place.Offset = static_cast<DWORD>(offset + done);
      place.OffsetHigh = static_cast<DWORD>((offset + done) >> 32);
      constexpr size_t kPieceBytesMax = 1 << 30;
      const auto piece = static_cast<DWORD>(bytes - done < kPieceBytesMax ? bytes - done : kPieceBytesMax);
      DWORD got = 0;
      if (ReadFile(file_, static_cast<char*>(dest) + done, piece, &got, &place) == 0 &&
          GetLastError() != ERROR_HANDLE_EOF)
        Fail("can't read " + path_ + ": " + LastErrorText());
      if (got == 0) break;
      done += got;
    }
    return done;
  }

 private:
  const HANDLE file_;
  const uint64_t size_;
  const std::string path_;
};

}  // namespace

std::unique_ptr<ByteSource> OpenFile(const std::string& path) {
  const std::wstring name = Wide(path);
  const DWORD attributes = GetFileAttributesW(name.c_str());
  if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0)
    Fail("can't read " + path + ": not a regular file");
  const HANDLE file = CreateFileW(name.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                                  OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) Fail("can't open " + path + ": " + LastErrorText());
  LARGE_INTEGER size;
  if (GetFileType(file) != FILE_TYPE_DISK || GetFileSizeEx(file, &size) == 0) {
    CloseHandle(file);
    Fail("can't read " + path + ": not a regular file");
  }
  return std::make_unique<FileSource>(file, static_cast<uint64_t>(size.QuadPart), path);
}

}  // namespace jambridge::host
