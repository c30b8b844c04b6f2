// State texts: refused, or taken whole, with every value in its range; and what was taken is written back so
// that it reads the same.
#include <string>
#include <string_view>

#include "plugin/shim/state.h"
#include "test/plugin/fuzz/fuzz-target.h"
#include "test/support/check.h"

using namespace jambridge;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::optional<ParamValues> values = ReadState(text);
  if (!values) return 0;
  ParamStore store;
  for (const ParamDef& def : Params()) {
    const double value = (*values)[def.id];
    CHECK(value >= def.min && value <= def.max && ClampParam(def.id, value) == value);
    store.Set(def.id, value);
    // Its text can be read back, too.
    const std::optional<double> again = TextToParam(def.id, ParamToText(def.id, value));
    CHECK(again && *again >= def.min && *again <= def.max);
  }
  const std::string written = WriteState(store);
  const std::optional<ParamValues> back = ReadState(written);
  CHECK(back);
  for (const ParamDef& def : Params()) CHECK((*back)[def.id] == store.Get(def.id));
  for (const ParamDef& def : Params()) TextToParam(def.id, text);
  return 0;
}
