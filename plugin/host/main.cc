// jambridge-host: loads a built plugin as any DAW would and runs it on files.
//
//   WAV, MIDI file -> [main-thread] -> FIFOs -> [audio-thread] process() -> FIFOs -> [main-thread] -> WAV,
//   MIDI file
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "plugin/host/host-error.h"
#include "plugin/host/host-run.h"
#include "plugin/host/json-text.h"
#include "plugin/host/options.h"
#include "plugin/shim/config.h"

namespace {

using namespace jambridge::host;

/** Standard output carries the answer and nothing else, whatever a plugin prints. */
class AnswerChannel {
 public:
  AnswerChannel() : answer_(dup(STDOUT_FILENO)) { dup2(STDERR_FILENO, STDOUT_FILENO); }
  bool Print(const std::string& text) const {
    size_t done = 0;
    while (done < text.size()) {
      const ssize_t put = write(answer_, text.data() + done, text.size() - done);
      if (put <= 0) return false;
      done += static_cast<size_t>(put);
    }
    return true;
  }

 private:
  const int answer_;
};

int RunWith(const Options& options, const AnswerChannel& answer) {
  bool printed = true;
  if (options.help) {
    printed = answer.Print(UsageText());
  } else if (options.version) {
    printed = answer.Print("jambridge-host " PLUG_VERSION "\n");
  } else if (options.listParameters) {
    printed = answer.Print(ListParameters(options));
  } else {
    const std::string report = RunHost(options);
    if (options.json) printed = answer.Print(report + "\n");
  }
  return printed ? kExitDone : kExitFailed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const AnswerChannel answer;
  bool json = false;
  for (const std::string& argument : arguments) json = json || argument == "--json";
  int exitCode = kExitFailed;
  std::string reason;
  try {
    return RunWith(ParseOptions(arguments), answer);
  } catch (const HostError& error) {
    exitCode = error.exitCode;
    reason = error.what();
  } catch (const std::exception& error) {
    reason = error.what();
  }
  std::fprintf(stderr, "jambridge-host: %s\n", reason.c_str());
  if (json) answer.Print(JsonObject().Add("error", reason).text() + "\n");
  return exitCode;
}
