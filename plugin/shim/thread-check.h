// Debug builds check the thread tags: what is [main-thread] is not called from within process(), what is
// [audio-thread] only there. Release builds contain nothing of it.
#pragma once

namespace jambridge {

#ifdef NDEBUG

class AudioThreadScope {
 public:
  AudioThreadScope() {}  // not trivial, so that an unused scope draws no warning
};
inline void AssertMainThread(const char*) {}
inline void AssertAudioThread(const char*) {}

#else

/** Marks the calling thread as inside process(). [audio-thread] */
class AudioThreadScope {
 public:
  AudioThreadScope();
  ~AudioThreadScope();
  AudioThreadScope(const AudioThreadScope&) = delete;
  AudioThreadScope& operator=(const AudioThreadScope&) = delete;
};

/** Aborts with `what` when called from within process(). */
void AssertMainThread(const char* what);

/** Aborts with `what` when called from anywhere else. */
void AssertAudioThread(const char* what);

#endif

}  // namespace jambridge
