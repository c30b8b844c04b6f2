// jambridge-host: loads a built plugin as any DAW would and runs it on files.
//
//   WAV, MIDI file -> [main-thread] -> FIFOs -> [audio-thread] process() -> FIFOs -> [main-thread] -> WAV,
//   MIDI file
#include <cstdio>
#include <exception>

#include "plugin/host/host-error.h"
#include "plugin/host/host-run.h"
#include "plugin/host/json-text.h"
#include "plugin/host/options.h"
#include "plugin/host/own-process.h"
#include "plugin/shim/config.h"

namespace {

using namespace jambridge::host;

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
  const std::vector<std::string> arguments = UserArguments(argc, argv);
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
