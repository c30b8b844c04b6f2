// The four-character codes by which hosts know the unit: those of config.h, and info.plist.in says the same.
#pragma once

#include "plugin/au/apple.h"
#include "plugin/shim/config.h"

namespace jambridge::au {

constexpr UInt32 FourCharacters(const char (&text)[5]) {
  UInt32 code = 0;
  for (int i = 0; i < 4; ++i) code = code << 8 | static_cast<unsigned char>(text[i]);
  return code;
}

inline constexpr UInt32 kType = FourCharacters("aumf");  // an effect that takes MIDI
inline constexpr UInt32 kSubtype = FourCharacters(PLUG_AU_SUBTYPE);
inline constexpr UInt32 kManufacturer = FourCharacters(PLUG_AU_MANUFACTURER);

}  // namespace jambridge::au
