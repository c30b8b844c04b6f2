#include "plugin/vst3/state-stream.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "plugin/shim/state.h"

namespace jambridge::vst3 {

std::optional<std::string> ReadAll(v3_bstream** stream) {
  if (stream == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 4096> piece;
  for (;;) {
    int32_t count = 0;
    const v3_result result =
        v3_cpp_obj(stream)->read(stream, piece.data(), static_cast<int32_t>(piece.size()), &count);
    // Some hosts report the end as a failure; what came before it decides.
    if (result != V3_OK || count <= 0) break;
    if (static_cast<size_t>(count) > piece.size()) return std::nullopt;
    text.append(piece.data(), static_cast<size_t>(count));
    if (text.size() > kStateBytesMax) return std::nullopt;
  }
  return text;
}

bool WriteAll(v3_bstream** stream, std::string_view text) {
  if (stream == nullptr) return false;
  std::array<char, 4096> piece;  // the interface asks for bytes it may write to
  while (!text.empty()) {
    const size_t offered = std::min(text.size(), piece.size());
    std::copy_n(text.begin(), offered, piece.begin());
    int32_t count = 0;
    const v3_result result =
        v3_cpp_obj(stream)->write(stream, piece.data(), static_cast<int32_t>(offered), &count);
    if (result != V3_OK || count <= 0 || static_cast<size_t>(count) > offered) return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

}  // namespace jambridge::vst3
