#include "plugin/shim/thread-check.h"

#ifndef NDEBUG

#include <cstdio>
#include <cstdlib>

namespace jambridge {
namespace {

thread_local int processDepth = 0;

void Fail(const char* what, const char* how) {
  std::fprintf(stderr, "jambridge: %s called %s process()\n", what, how);
  std::abort();
}

}  // namespace

AudioThreadScope::AudioThreadScope() { processDepth++; }
AudioThreadScope::~AudioThreadScope() { processDepth--; }

void AssertMainThread(const char* what) {
  if (processDepth != 0) Fail(what, "from within");
}

void AssertAudioThread(const char* what) {
  if (processDepth == 0) Fail(what, "outside of");
}

}  // namespace jambridge

#endif
