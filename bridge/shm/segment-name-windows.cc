// Windows: names in the session's own namespace, with the user's SID: programs of one user find each other,
// sandboxes and other users do not.
#include <windows.h>

#include "bridge/shm/segment-name.h"
// after windows.h, which it needs
#include <sddl.h>

#include <vector>

#include "bridge/shm/segment-layout.h"

namespace jambridge {
namespace {

/** "S-1-5-21-..."; "nobody" where the system does not tell. */
std::string UserSid() {
  HANDLE token = nullptr;
  std::string text = "nobody";
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) == 0) return text;
  DWORD bytes = 0;
  GetTokenInformation(token, TokenUser, nullptr, 0, &bytes);
  std::vector<std::byte> memory(bytes);
  char* sid = nullptr;
  if (bytes > 0 && GetTokenInformation(token, TokenUser, memory.data(), bytes, &bytes) != 0 &&
      ConvertSidToStringSidA(reinterpret_cast<TOKEN_USER*>(memory.data())->User.Sid, &sid) != 0) {
    text = sid;
    LocalFree(sid);
  }
  CloseHandle(token);
  return text;
}

}  // namespace

const size_t kObjectNameBytesMax = 255;

std::string ObjectNamePrefix() {
  return "Local\\jambridge-r" + std::to_string(kSegmentRevision) + "-" + UserSid();
}

}  // namespace jambridge
