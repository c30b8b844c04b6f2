#include <dlfcn.h>
#include <sys/utsname.h>

#include "plugin/host/shared-object.h"

namespace jambridge::host {

namespace fs = std::filesystem;

/** Contents/<machine>-linux/<name>.so, or Contents/MacOS/<name>: the rule for VST3 and macOS bundles. */
std::vector<fs::path> ObjectsInBundle(const fs::path& bundle) {
  utsname machine{};
  uname(&machine);
  const std::string stem = bundle.stem().string();
  const fs::path contents = bundle / "Contents";
  return {contents / (std::string(machine.machine) + "-linux") / (stem + ".so"), contents / "MacOS" / stem};
}

void* OpenObject(const fs::path& path, std::string* whyNot) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) *whyNot = dlerror();
  return handle;
}

void CloseObject(void* handle) { dlclose(handle); }
void* ObjectSymbol(void* handle, const char* name) { return dlsym(handle, name); }

}  // namespace jambridge::host
