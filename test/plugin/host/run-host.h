// Runs jambridge-host as a user does and keeps what it says.
#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "test/plugin/host/temporary-folder.h"
#include "test/support/check.h"

namespace jambridge::test {

struct HostResult {
  int exitCode;  // 128 + signal if it did not end by itself
  std::string out;
  std::string err;
};

/** A number or word after "key": in one JSON object; empty if it is not there. */
inline std::string JsonValue(const std::string& json, const std::string& key) {
  const size_t at = json.find("\"" + key + "\":");
  if (at == std::string::npos) return "";
  const size_t start = at + key.size() + 3;
  return json.substr(start, json.find_first_of(",}", start) - start);
}

class HostRunner {
 public:
  HostRunner(std::string host, const TemporaryFolder& folder) : host_(std::move(host)), folder_(folder) {}

  /** Starts it with outputs into files. */
  pid_t Start(const std::vector<std::string>& arguments) const {
    std::vector<char*> argv = {const_cast<char*>(host_.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, folder_.File("stdout").c_str(), kFlags, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, folder_.File("stderr").c_str(), kFlags, 0600);
    pid_t pid = 0;
    CHECK(posix_spawn(&pid, host_.c_str(), &actions, nullptr, argv.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
  }

  /** No --progress line yet: it has not come to processing. */
  bool StillSilent() const {
    const auto said = ReadAll(folder_.File("stderr"));
    return std::string(said.begin(), said.end()).find("{\"frames\":") == std::string::npos;
  }

  HostResult Finish(pid_t pid) const {
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    const auto text = [this](const char* name) {
      const auto bytes = ReadAll(folder_.File(name));
      return std::string(bytes.begin(), bytes.end());
    };
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text("stdout"), text("stderr")};
  }

  HostResult Run(const std::vector<std::string>& arguments) const { return Finish(Start(arguments)); }

  /** Runs it and expects success. */
  HostResult Done(const std::vector<std::string>& arguments) const { return Expect(0, "", arguments); }

  HostResult Expect(int exitCode, const std::string& saying,
                    const std::vector<std::string>& arguments) const {
    HostResult result = Run(arguments);
    if (result.exitCode != exitCode || result.err.find(saying) == std::string::npos) {
      std::fprintf(stderr, "exit code %d, wanted %d and '%s'; it said:\n%s\n", result.exitCode, exitCode,
                   saying.c_str(), result.err.c_str());
      std::exit(1);
    }
    return result;
  }

 private:
  const std::string host_;
  const TemporaryFolder& folder_;
};

}  // namespace jambridge::test
