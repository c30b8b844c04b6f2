#include "plugin/host/plugin-library.h"

#include <filesystem>
#include <system_error>

#include "plugin/host/host-error.h"
#include "plugin/host/shared-object.h"

namespace jambridge::host {

namespace fs = std::filesystem;

namespace {

fs::path ObjectInBundle(const fs::path& bundle) {
  const std::vector<fs::path> candidates = ObjectsInBundle(bundle);
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
  std::string whyNot;
  handle_ = OpenObject(object, &whyNot);
  if (handle_ == nullptr) Fail("can't load " + path + ": " + whyNot);
}

PluginLibrary::~PluginLibrary() { CloseObject(handle_); }

void* PluginLibrary::Symbol(const char* name) const { return ObjectSymbol(handle_, name); }

}  // namespace jambridge::host
