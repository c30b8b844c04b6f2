// The host side of CLAP: what the plugin may ask of us. Its requests come from any thread and become
// flags; the main thread serves them.
#pragma once

#include <atomic>

#include "clap/host.h"

namespace jambridge::host {

class ClapHost {
 public:
  ClapHost();
  ClapHost(const ClapHost&) = delete;
  ClapHost& operator=(const ClapHost&) = delete;

  const clap_host_t* clap() const { return &host_; }

  // Each takes a request once. [main-thread]
  bool TakeCallback() { return Take(callback_); }
  bool TakeRestart() { return Take(restart_); }
  bool TakeFlush() { return Take(flush_); }

 private:
  static bool Take(std::atomic<bool>& flag) { return flag.exchange(false, std::memory_order_acquire); }
  static ClapHost& Of(const clap_host_t* host) { return *static_cast<ClapHost*>(host->host_data); }
  static const void* GetExtension(const clap_host_t* host, const char* id);
  static void RequestFlush(const clap_host_t* host);

  clap_host_t host_;
  // SYNC POINT host-requests: set (release) by the plugin's caller, taken (acquire) by [main-thread].
  std::atomic<bool> callback_{false};
  std::atomic<bool> restart_{false};
  std::atomic<bool> flush_{false};
};

}  // namespace jambridge::host
