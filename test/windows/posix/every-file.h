// What tests take from POSIX and mingw-w64 lacks, on Windows' own means: included before every test source of
// that build. Never part of what is shipped.
#pragma once

#include <direct.h>
#include <process.h>
#include <stdlib.h>
#include <string.h>

inline int setenv(const char* name, const char* value, int /*overwrite*/) { return _putenv_s(name, value); }
inline int unsetenv(const char* name) { return _putenv_s(name, ""); }

/** The last six letters of `pattern` are replaced. */
inline char* mkdtemp(char* pattern) {
  static unsigned made = 0;
  char* letters = pattern + strlen(pattern) - 6;
  for (unsigned number = static_cast<unsigned>(_getpid()) * 64 + made++, i = 0; i < 6; i++, number /= 26)
    letters[i] = static_cast<char>('a' + number % 26);
  return _mkdir(pattern) == 0 ? pattern : nullptr;
}
