#include <unistd.h>

#include <cstdlib>

#include "plugin/host/own-process.h"

namespace jambridge::host {

std::vector<std::string> UserArguments(int argc, char** argv) {
  return {argv + (argc > 0 ? 1 : 0), argv + argc};
}

void SetEnvironment(const char* name, const std::string& value) { setenv(name, value.c_str(), 1); }

AnswerChannel::AnswerChannel() : answer_(dup(STDOUT_FILENO)) { dup2(STDERR_FILENO, STDOUT_FILENO); }

bool AnswerChannel::Print(const std::string& text) const {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t put = write(answer_, text.data() + done, text.size() - done);
    if (put <= 0) return false;
    done += static_cast<size_t>(put);
  }
  return true;
}

}  // namespace jambridge::host
