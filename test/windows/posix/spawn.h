// posix_spawn() with outputs into files, by CreateProcess().
#pragma once

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>
#include <windows.h>

#include <map>
#include <string>

#define environ nullptr

struct posix_spawn_file_actions_t {
  std::string files[3];
};

inline int posix_spawn_file_actions_init(posix_spawn_file_actions_t*) { return 0; }
inline int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t*) { return 0; }
inline int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t* actions, int descriptor,
                                            const char* path, int /*flags*/, int /*mode*/) {
  actions->files[descriptor] = path;
  return 0;
}

/** Of a process started here and not waited for yet. */
inline HANDLE& SpawnedProcess(pid_t pid) {
  static std::map<pid_t, HANDLE> processes;
  return processes[pid];
}

/** As CommandLineToArgvW() takes it apart; tests' arguments end in no backslash. */
inline std::string CommandLineOf(char* const* argv) {
  std::string line;
  for (; *argv != nullptr; argv++) {
    line += line.empty() ? "\"" : " \"";
    for (const char* c = *argv; *c != '\0'; c++) line += *c == '"' ? std::string("\\\"") : std::string(1, *c);
    line += '"';
  }
  return line;
}

inline int posix_spawn(pid_t* pid, const char* path, const posix_spawn_file_actions_t* actions,
                       void* /*attributes*/, char* const* argv, char* const* /*environment*/) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, nullptr, TRUE};
  const auto open = [&inherited](const std::string& file) {
    return CreateFileA(file.empty() ? "NUL" : file.c_str(), GENERIC_WRITE, FILE_SHARE_READ, &inherited,
                       CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  };
  STARTUPINFOA startup = {};
  startup.cb = sizeof startup;
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdOutput = open(actions->files[1]);
  startup.hStdError = open(actions->files[2]);
  std::string line = CommandLineOf(argv);
  PROCESS_INFORMATION made = {};
  const BOOL ok =
      CreateProcessA(path, line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &startup, &made);
  CloseHandle(startup.hStdOutput);
  CloseHandle(startup.hStdError);
  if (ok == 0) return ENOENT;
  CloseHandle(made.hThread);
  *pid = static_cast<pid_t>(made.dwProcessId);
  SpawnedProcess(*pid) = made.hProcess;
  return 0;
}
