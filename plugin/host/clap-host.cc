#include "plugin/host/clap-host.h"

#include <cstring>

#include "clap/ext/latency.h"
#include "clap/ext/params.h"
#include "clap/ext/state.h"
#include "clap/ext/thread-check.h"
#include "plugin/host/thread-role.h"

namespace jambridge::host {

namespace {

// The latency is read anew after each activation, and no values are cached: nothing to do for these.
const clap_host_latency_t kLatency{[](const clap_host_t*) {}};
const clap_host_state_t kState{[](const clap_host_t*) {}};
const clap_host_thread_check_t kThreadCheck{
    [](const clap_host_t*) { return threadRole == ThreadRole::kMain; },
    [](const clap_host_t*) { return threadRole == ThreadRole::kAudio; }};

}  // namespace

ClapHost::ClapHost()
    : host_{CLAP_VERSION_INIT,
            this,
            "jambridge-host",
            "JamBridge",
            "",
            "0.1.0",
            &ClapHost::GetExtension,
            [](const clap_host_t* host) { Of(host).restart_.store(true, std::memory_order_release); },
            [](const clap_host_t*) {},  // request_process: it never sleeps
            [](const clap_host_t* host) { Of(host).callback_.store(true, std::memory_order_release); }} {}

void ClapHost::RequestFlush(const clap_host_t* host) {
  Of(host).flush_.store(true, std::memory_order_release);
}

const void* ClapHost::GetExtension(const clap_host_t*, const char* id) {
  static const clap_host_params_t kParams{[](const clap_host_t*, clap_param_rescan_flags) {},
                                          [](const clap_host_t*, clap_id, clap_param_clear_flags) {},
                                          &ClapHost::RequestFlush};
  if (std::strcmp(id, CLAP_EXT_LATENCY) == 0) return &kLatency;
  if (std::strcmp(id, CLAP_EXT_THREAD_CHECK) == 0) return &kThreadCheck;
  if (std::strcmp(id, CLAP_EXT_PARAMS) == 0) return &kParams;
  if (std::strcmp(id, CLAP_EXT_STATE) == 0) return &kState;
  return nullptr;
}

}  // namespace jambridge::host
