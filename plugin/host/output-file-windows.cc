#include "plugin/host/host-error.h"
#include "plugin/host/output-file.h"
#include "plugin/host/wide-text.h"

namespace jambridge::host {
namespace {

HANDLE HandleOf(int file) { return reinterpret_cast<HANDLE>(static_cast<intptr_t>(file)); }

/** Handles have 32 significant bits, in 64-bit programs too; INVALID_HANDLE_VALUE is -1. */
int FileOf(HANDLE handle) { return static_cast<int>(reinterpret_cast<intptr_t>(handle)); }

bool Identify(const std::string& path, BY_HANDLE_FILE_INFORMATION* information) {
  constexpr DWORD kShared = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  const HANDLE file = CreateFileW(Wide(path).c_str(), 0, kShared, nullptr, OPEN_EXISTING,
                                  FILE_FLAG_BACKUP_SEMANTICS, nullptr);  // folders, too
  if (file == INVALID_HANDLE_VALUE) return false;
  const bool known = GetFileInformationByHandle(file, information) != 0;
  CloseHandle(file);
  return known;
}

}  // namespace

OutputFile::OutputFile(const std::string& path)
    : fd_(FileOf(CreateFileW(Wide(path).c_str(), GENERIC_WRITE, FILE_SHARE_READ, nullptr, CREATE_ALWAYS,
                             FILE_ATTRIBUTE_NORMAL, nullptr))),
      path_(path) {
  if (fd_ == -1) Fail("can't write " + path + ": " + LastErrorText());
}

OutputFile::~OutputFile() {
  if (fd_ != -1) CloseHandle(HandleOf(fd_));
}

void OutputFile::WriteAt(uint64_t offset, const void* bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset + done);
    place.OffsetHigh = static_cast<DWORD>((offset + done) >> 32);
    constexpr size_t kPieceBytesMax = 1 << 30;
    const auto piece = static_cast<DWORD>(count - done < kPieceBytesMax ? count - done : kPieceBytesMax);
    DWORD put = 0;
    if (WriteFile(HandleOf(fd_), static_cast<const char*>(bytes) + done, piece, &put, &place) == 0 ||
        put == 0)
      Fail("can't write " + path_ + ": " + LastErrorText());
    done += put;
  }
}

void OutputFile::Close() {
  if (fd_ == -1) return;
  const bool closed = CloseHandle(HandleOf(fd_)) != 0;
  fd_ = -1;
  if (!closed) Fail("can't write " + path_ + ": " + LastErrorText());
}

bool SameFile(const std::string& a, const std::string& b) {
  BY_HANDLE_FILE_INFORMATION first, second;
  return Identify(a, &first) && Identify(b, &second) &&
         first.dwVolumeSerialNumber == second.dwVolumeSerialNumber &&
         first.nFileIndexHigh == second.nFileIndexHigh && first.nFileIndexLow == second.nFileIndexLow;
}

}  // namespace jambridge::host
