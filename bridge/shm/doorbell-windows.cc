// Windows: the doorbell is an event with a name. It remembers one ring until the engine has heard it, which
// is all that a doorbell has to do. The number that stands for it is its handle's.
#include <windows.h>

#include <cstring>

#include "bridge/shm/doorbell.h"
#include "bridge/shm/engine-role.h"
#include "bridge/shm/process-identity.h"
#include "bridge/shm/seqlock.h"

namespace jambridge {
namespace {

HANDLE HandleOf(int descriptor) { return reinterpret_cast<HANDLE>(static_cast<intptr_t>(descriptor)); }

}  // namespace

std::unique_ptr<DoorbellServer> DoorbellServer::Bind(SegmentHeader& header, std::string* whyNot) {
  const std::string name =
      "Local\\jambridge-bell-" + std::to_string(GetCurrentProcessId()) + "-" + std::to_string(FreshStamp());
  HANDLE event = CreateEventA(nullptr, FALSE, FALSE, name.c_str());
  if (event == nullptr) {
    if (whyNot != nullptr) *whyNot = "doorbell: error " + std::to_string(GetLastError());
    return nullptr;
  }
  StoreSharedText(header.doorbellName, name);
  const auto descriptor = static_cast<int>(reinterpret_cast<intptr_t>(event));
  return std::unique_ptr<DoorbellServer>(new DoorbellServer(descriptor, name));
}

DoorbellServer::~DoorbellServer() { CloseHandle(HandleOf(descriptor_)); }

void DoorbellServer::Drain() const { ResetEvent(HandleOf(descriptor_)); }

DoorbellClient::DoorbellClient() : descriptor_(-1) {}
DoorbellClient::~DoorbellClient() = default;

// Opened for each ring: engines come and go, and rings are rare, for only a sleeping engine is rung.
void DoorbellClient::Ring(const SegmentHeader& header) const {
  char name[kNameBytes];
  LoadSharedWords(name, header.doorbellName, kNameBytes);
  name[kNameBytes - 1] = '\0';
  if (name[0] == '\0') return;
  HANDLE event = OpenEventA(EVENT_MODIFY_STATE, FALSE, name);
  if (event == nullptr) return;
  SetEvent(event);
  CloseHandle(event);
}

}  // namespace jambridge
