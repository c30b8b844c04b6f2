// A file being written: owns the descriptor, retries short writes, turns errors into HostError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace jambridge::host {

class OutputFile {
 public:
  /** Creates or truncates `path`. [main-thread] */
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void WriteAt(uint64_t offset, const void* bytes, size_t count);
  /** Closes; an error that the system kept until now is thrown. */
  void Close();

 private:
  int fd_;
  const std::string path_;
};

/** True when both paths name one existing file. */
bool SameFile(const std::string& a, const std::string& b);

}  // namespace jambridge::host
