// Windows has no signals to keep away.
#include <windows.h>

#include <string>
#include <system_error>
#include <utility>

#include "plugin/shim/helper-thread.h"

namespace jambridge {
namespace {

/** Asked for by name: Windows has it since 10, 1607. */
void NameThisThread(const char* name) {
  using SetDescription = HRESULT(WINAPI*)(HANDLE, const wchar_t*);
  const auto address = GetProcAddress(GetModuleHandleA("kernel32.dll"), "SetThreadDescription");
  const auto describe = reinterpret_cast<SetDescription>(reinterpret_cast<void*>(address));
  const std::wstring wide(name, name + std::char_traits<char>::length(name));
  if (describe != nullptr) describe(GetCurrentThread(), wide.c_str());
}

}  // namespace

std::thread StartHelperThread(const char* name, std::function<void()> body) {
  try {
    return std::thread([name, run = std::move(body)] {
      NameThisThread(name);
      run();
    });
  } catch (const std::system_error&) {
    return {};  // no thread to be had: instances attach at activation or not at all, and the dry path plays
                // on
  }
}

}  // namespace jambridge
