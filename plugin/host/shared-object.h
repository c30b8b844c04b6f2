// Loading a plugin's binary: where the systems differ.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace jambridge::host {

/** Where a bundle of that name keeps the binary for this machine; the first is the one to name when there is
 * none. */
std::vector<std::filesystem::path> ObjectsInBundle(const std::filesystem::path& bundle);

/** Its handle, or null and the reason. [main-thread] */
void* OpenObject(const std::filesystem::path& path, std::string* whyNot);
void CloseObject(void* handle);
void* ObjectSymbol(void* handle, const char* name);

}  // namespace jambridge::host
