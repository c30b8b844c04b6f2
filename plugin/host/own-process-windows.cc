#include <windows.h>
// after windows.h, which it needs
#include <fcntl.h>
#include <io.h>
#include <shellapi.h>

#include "plugin/host/own-process.h"
#include "plugin/host/wide-text.h"

namespace jambridge::host {

// The narrow arguments lack what the code page has no letters for.
std::vector<std::string> UserArguments(int /*argc*/, char** /*argv*/) {
  int count = 0;
  wchar_t** all = CommandLineToArgvW(GetCommandLineW(), &count);
  std::vector<std::string> arguments;
  for (int i = 1; i < count; ++i) arguments.push_back(Utf8(all[i]));
  LocalFree(all);
  return arguments;
}

void SetEnvironment(const char* name, const std::string& value) {
  SetEnvironmentVariableW(Wide(name).c_str(), Wide(value).c_str());
}

AnswerChannel::AnswerChannel() : answer_(_dup(_fileno(stdout))) {
  _dup2(_fileno(stderr), _fileno(stdout));
  _setmode(answer_, _O_BINARY);  // lines as on every system
}

bool AnswerChannel::Print(const std::string& text) const {
  size_t done = 0;
  while (done < text.size()) {
    const int put = _write(answer_, text.data() + done, static_cast<unsigned>(text.size() - done));
    if (put <= 0) return false;
    done += static_cast<size_t>(put);
  }
  return true;
}

}  // namespace jambridge::host
