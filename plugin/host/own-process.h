// The host as a program: its arguments, its environment, its standard output. Where the systems differ.
#pragma once

#include <string>
#include <vector>

namespace jambridge::host {

/** What follows the program's name, in UTF-8. [main-thread] */
std::vector<std::string> UserArguments(int argc, char** argv);

/** For this process, plugins included. [main-thread] */
void SetEnvironment(const char* name, const std::string& value);

/** Standard output carries the answer and nothing else, whatever a plugin prints: that goes to standard
 * error. */
class AnswerChannel {
 public:
  AnswerChannel();
  /** False: nobody reads it any more. [main-thread] */
  bool Print(const std::string& text) const;

 private:
  const int answer_;
};

}  // namespace jambridge::host
