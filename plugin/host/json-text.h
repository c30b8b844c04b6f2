// Writes JSON objects: enough for reports, always one line, always valid UTF-8 out of any bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jambridge::host {

/** `text` in quotes, escaped; bytes that are no UTF-8 become U+FFFD. */
std::string JsonString(std::string_view text);

class JsonObject {
 public:
  JsonObject& Add(std::string_view key, std::string_view text) { return AddRaw(key, JsonString(text)); }
  JsonObject& Add(std::string_view key, const char* text) { return Add(key, std::string_view(text)); }
  JsonObject& Add(std::string_view key, bool value) { return AddRaw(key, value ? "true" : "false"); }
  JsonObject& Add(std::string_view key, uint64_t value) { return AddRaw(key, std::to_string(value)); }
  JsonObject& Add(std::string_view key, uint32_t value) { return AddRaw(key, std::to_string(value)); }
  /** Shortest text that reads back as the same number; null where JSON has no number for it. */
  JsonObject& Add(std::string_view key, double value);
  JsonObject& Add(std::string_view key, const JsonObject& object) { return AddRaw(key, object.text()); }
  /** `json` must be JSON. */
  JsonObject& AddRaw(std::string_view key, std::string_view json);

  std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

}  // namespace jambridge::host
