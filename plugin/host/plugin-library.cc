#include "plugin/host/plugin-library.h"

#include <dlfcn.h>
#include <sys/utsname.h>

#include <filesystem>
#include <system_error>

#include "plugin/host/host-error.h"

namespace jambridge::host {

namespace fs = std::filesystem;

namespace {

/** Contents/<machine>-linux/<name>.so, or Contents/MacOS/<name>: the rule for VST3 and macOS bundles. */
fs::path ObjectInBundle(const fs::path& bundle) {
  utsname machine{};
  uname(&machine);
  const std::string stem = bundle.stem().string();
  const fs::path contents = bundle / "Contents";
  const fs::path candidates[] = {contents / (std::string(machine.machine) + "-linux") / (stem + ".so"),
                                 contents / "MacOS" / stem};
  for (const fs::path& candidate : candidates) {
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored)) return candidate;
  }
  Fail("no plugin for this machine in " + bundle.string() + ": " + candidates[0].string() + " is missing");
}

}  // namespace

PluginLibrary::PluginLibrary(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::weakly_canonical(path, error);
  const fs::file_status status = fs::status(absolute, error);
  if (!fs::exists(status)) Fail("no plugin at " + path);
  const fs::path object = fs::is_directory(status) ? ObjectInBundle(absolute) : absolute;
  path_ = absolute.string();
  handle_ = dlopen(object.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ == nullptr) Fail("can't load " + path + ": " + dlerror());
}

PluginLibrary::~PluginLibrary() { dlclose(handle_); }

void* PluginLibrary::Symbol(const char* name) const { return dlsym(handle_, name); }

}  // namespace jambridge::host
