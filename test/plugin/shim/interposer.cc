#include "test/plugin/shim/interposer.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

extern "C" {
void* __libc_malloc(size_t);
void __libc_free(void*);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
}

namespace jambridge::test {
namespace {

thread_local int watched = 0;
std::atomic<const char*> violation{nullptr};
std::atomic<unsigned> sends{0};

void Note(const char* name) {
  if (watched == 0) return;
  const char* none = nullptr;
  violation.compare_exchange_strong(none, name);
}

template <typename Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

RealtimeWatch::RealtimeWatch() { watched++; }
RealtimeWatch::~RealtimeWatch() { watched--; }
const char* TakeViolation() { return violation.exchange(nullptr); }
unsigned AllowedSends() { return sends.load(); }

bool WatchesModules() {
  Dl_info own;
  if (dladdr(reinterpret_cast<void*>(&AllowedSends), &own) == 0) return false;
  for (const char* name : {"malloc", "free", "realloc", "pthread_mutex_lock", "pthread_cond_signal",
                           "sem_post", "nanosleep", "read", "write", "mmap", "sendto"}) {
    Dl_info found;
    void* address = dlsym(RTLD_DEFAULT, name);
    if (address == nullptr || dladdr(address, &found) == 0 || found.dli_fbase != own.dli_fbase) return false;
  }
  return true;
}

// Looked up before anybody is watched: dlsym itself may lock.
#define FORWARD(name) auto* const next_##name = Next<decltype(::name)>(#name)
namespace {
FORWARD(pthread_mutex_lock);
FORWARD(pthread_mutex_trylock);
FORWARD(pthread_cond_wait);
FORWARD(pthread_cond_timedwait);
FORWARD(pthread_cond_clockwait);
FORWARD(pthread_cond_signal);
FORWARD(pthread_cond_broadcast);
FORWARD(pthread_rwlock_rdlock);
FORWARD(pthread_rwlock_wrlock);
FORWARD(sem_wait);
FORWARD(sem_post);
FORWARD(sched_yield);
FORWARD(nanosleep);
FORWARD(clock_nanosleep);
FORWARD(usleep);
FORWARD(read);
FORWARD(write);
FORWARD(close);
FORWARD(poll);
FORWARD(mmap);
FORWARD(munmap);
FORWARD(sendto);
}  // namespace

}  // namespace jambridge::test

using namespace jambridge::test;

// The static initializers above run before main, but libraries lock even earlier.
#define CALL(name, ...) (next_##name != nullptr ? next_##name : Next<decltype(::name)>(#name))(__VA_ARGS__)
#define WATCHED(type, name, parameters, arguments) \
  type name parameters {                           \
    Note(#name);                                   \
    return CALL(name, arguments);                  \
  }
#define ARGS(...) __VA_ARGS__

// Modules that are loaded later must find these first, too.
#pragma GCC visibility push(default)
extern "C" {

void* malloc(size_t bytes) {
  Note("malloc");
  return __libc_malloc(bytes);
}
void free(void* memory) {
  if (memory != nullptr) Note("free");
  __libc_free(memory);
}
void* calloc(size_t count, size_t bytes) {
  Note("calloc");
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, size_t bytes) {
  Note("realloc");
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(size_t alignment, size_t bytes) {
  Note("aligned_alloc");
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  Note("posix_memalign");
  *memory = __libc_memalign(alignment, bytes);
  return *memory == nullptr ? 12 : 0;
}

WATCHED(int, pthread_mutex_lock, (pthread_mutex_t * m) noexcept, m)
WATCHED(int, pthread_mutex_trylock, (pthread_mutex_t * m) noexcept, m)
WATCHED(int, pthread_cond_wait, (pthread_cond_t * c, pthread_mutex_t* m), ARGS(c, m))
WATCHED(int, pthread_cond_timedwait, (pthread_cond_t * c, pthread_mutex_t* m, const timespec* t),
        ARGS(c, m, t))
WATCHED(int, pthread_cond_clockwait, (pthread_cond_t * c, pthread_mutex_t* m, clockid_t k, const timespec* t),
        ARGS(c, m, k, t))
WATCHED(int, pthread_cond_signal, (pthread_cond_t * c) noexcept, c)
WATCHED(int, pthread_cond_broadcast, (pthread_cond_t * c) noexcept, c)
WATCHED(int, pthread_rwlock_rdlock, (pthread_rwlock_t * l) noexcept, l)
WATCHED(int, pthread_rwlock_wrlock, (pthread_rwlock_t * l) noexcept, l)
WATCHED(int, sem_wait, (sem_t * s), s)
WATCHED(int, sem_post, (sem_t * s) noexcept, s)
WATCHED(int, sched_yield, () noexcept, )
WATCHED(int, nanosleep, (const timespec* t, timespec* left), ARGS(t, left))
WATCHED(int, clock_nanosleep, (clockid_t k, int flags, const timespec* t, timespec* left),
        ARGS(k, flags, t, left))
WATCHED(int, usleep, (useconds_t us), us)
WATCHED(ssize_t, read, (int fd, void* to, size_t bytes), ARGS(fd, to, bytes))
WATCHED(ssize_t, write, (int fd, const void* from, size_t bytes), ARGS(fd, from, bytes))
WATCHED(int, close, (int fd), fd)
WATCHED(int, poll, (pollfd * fds, nfds_t count, int timeout), ARGS(fds, count, timeout))
WATCHED(void*, mmap, (void* at, size_t bytes, int prot, int flags, int fd, off_t offset) noexcept,
        ARGS(at, bytes, prot, flags, fd, offset))
WATCHED(int, munmap, (void* at, size_t bytes) noexcept, ARGS(at, bytes))

ssize_t sendto(int fd, const void* from, size_t bytes, int flags, const sockaddr* to, socklen_t toBytes) {
  if (watched != 0) sends.fetch_add(1);
  if ((flags & MSG_DONTWAIT) == 0) Note("sendto that may block");
  return CALL(sendto, fd, from, bytes, flags, to, toBytes);
}

}  // extern "C"
#pragma GCC visibility pop
