// A plugin module, loaded as a DAW loads it.
#pragma once

#include <dlfcn.h>

#include <cstdio>
#include <string>

namespace jambridge::test {

class ModuleFile {
 public:
  explicit ModuleFile(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) std::fprintf(stderr, "%s\n", dlerror());
  }
  ModuleFile(const ModuleFile&) = delete;
  ModuleFile& operator=(const ModuleFile&) = delete;
  ~ModuleFile() {
    if (handle_ != nullptr) dlclose(handle_);
  }

  bool loaded() const { return handle_ != nullptr; }

  template <class T>
  T* Find(const char* symbol) const {
    return handle_ == nullptr ? nullptr : reinterpret_cast<T*>(dlsym(handle_, symbol));
  }

 private:
  void* handle_;
};

/// True if a module of that path is mapped into this process.
inline bool IsMapped(const std::string& path) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD);
  if (handle != nullptr) dlclose(handle);
  return handle != nullptr;
}

}  // namespace jambridge::test
