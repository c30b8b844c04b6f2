// State: the shim's text through the host's streams, which may take and give any number of bytes.
#include "plugin/shim/state.h"

#include <array>
#include <string>

#include "plugin/clap/extensions.h"
#include "plugin/clap/plugin-instance.h"

namespace jambridge::clap {
namespace {

bool Save(const clap_plugin_t* plugin, const clap_ostream_t* stream) {
  if (stream == nullptr || stream->write == nullptr) return false;
  const std::string text = PluginInstance::Of(plugin).core().SerializeState();
  size_t writtenBytes = 0;
  while (writtenBytes < text.size()) {
    const size_t restBytes = text.size() - writtenBytes;
    const int64_t count = stream->write(stream, text.data() + writtenBytes, restBytes);
    if (count <= 0 || static_cast<uint64_t>(count) > restBytes) return false;
    writtenBytes += static_cast<size_t>(count);
  }
  return true;
}

bool Load(const clap_plugin_t* plugin, const clap_istream_t* stream) {
  if (stream == nullptr || stream->read == nullptr) return false;
  std::string text;
  std::array<char, 4096> piece;
  for (;;) {
    const int64_t count = stream->read(stream, piece.data(), piece.size());
    if (count < 0 || static_cast<uint64_t>(count) > piece.size()) return false;
    if (count == 0) break;
    text.append(piece.data(), static_cast<size_t>(count));
    if (text.size() > kStateBytesMax) return false;
  }
  PluginInstance& instance = PluginInstance::Of(plugin);
  if (!instance.core().UnserializeState(text)) return false;
  instance.ParametersReplaced();
  return true;
}

}  // namespace

const clap_plugin_state_t kState = {Save, Load};

}  // namespace jambridge::clap
