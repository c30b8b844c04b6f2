// A plugin's shared object: found in its bundle, loaded, closed when the last use is gone.
#pragma once

#include <string>

namespace jambridge::host {

class PluginLibrary {
 public:
  /** Loads the shared object at `path` or in the bundle there; throws HostError. [main-thread] */
  explicit PluginLibrary(const std::string& path);
  ~PluginLibrary();
  PluginLibrary(const PluginLibrary&) = delete;
  PluginLibrary& operator=(const PluginLibrary&) = delete;

  /** The address of an exported symbol, or null. [main-thread] */
  void* Symbol(const char* name) const;
  void* handle() const { return handle_; }
  /** The absolute path as the user named it: the bundle, not what lies in it. */
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  void* handle_ = nullptr;
};

}  // namespace jambridge::host
