#include "plugin/shim/parameters.h"

#include <clocale>
#include <cmath>
#include <set>
#include <string>

#include "plugin/shim/number-text.h"
#include "test/support/check.h"

using namespace jambridge;

namespace {

void TestTable() {
  CHECK_EQ(Params().size(), static_cast<size_t>(kParamCount));
  std::set<std::string> keys;
  for (const ParamDef& def : Params()) {
    CHECK(FindParam(def.id) == &def && FindParamByKey(def.key) == &def);
    CHECK(keys.insert(def.key).second);
    CHECK(def.min < def.max && def.def >= def.min && def.def <= def.max);
    CHECK(ClampParam(def.id, def.def) == def.def);
    if (!def.valueNames.empty()) CHECK_EQ(def.valueNames.size(), static_cast<size_t>(def.max - def.min) + 1);
  }
  CHECK(FindParam(kParamCount) == nullptr && FindParamByKey("nope") == nullptr &&
        FindParamByKey("") == nullptr);
}

void TestClamp() {
  CHECK(ClampParam(kParamChannel, 3.4) == 3 && ClampParam(kParamChannel, 1e9) == 64 &&
        ClampParam(kParamChannel, -1) == 1);
  CHECK(ClampParam(kParamDry, NAN) == 1 && ClampParam(kParamDry, INFINITY) == 2 &&
        ClampParam(kParamDry, -INFINITY) == 0);
  CHECK(ClampParam(99, 5) == 0);
}

void TestNormalized() {
  for (const ParamDef& def : Params()) {
    CHECK(NormalizeParam(def.id, def.min) == 0 && NormalizeParam(def.id, def.max) == 1);
    for (int i = 0; i <= 100; i++) {
      const double plain = DenormalizeParam(def.id, i / 100.0);
      CHECK(plain >= def.min && plain <= def.max);
      CHECK(std::abs(DenormalizeParam(def.id, NormalizeParam(def.id, plain)) - plain) < 1e-9);
    }
  }
}

/** What is shown can be typed in again. */
void TestTextRoundTrip() {
  for (const ParamDef& def : Params()) {
    for (int i = 0; i <= 1000; i++) {
      const double plain = ClampParam(def.id, def.min + (def.max - def.min) * i / 1000);
      for (const bool withUnit : {true, false}) {
        const std::string text = ParamToText(def.id, plain, withUnit);
        const std::optional<double> back = TextToParam(def.id, text);
        CHECK(back.has_value());
        CHECK_EQ(ParamToText(def.id, *back, withUnit), text);
        CHECK(std::abs(*back - plain) <= 0.06);
      }
    }
  }
}

void TestTexts() {
  CHECK_EQ(ParamToText(kParamMode, 2), "send+receive");
  CHECK_EQ(ParamToText(kParamLatencyMs, 12), "12.0 ms");
  CHECK_EQ(ParamToText(kParamLatencyMs, 12, false), "12.0");
  CHECK_EQ(ParamToText(kParamDry, 1), "0.00 dB");
  CHECK_EQ(ParamToText(kParamDry, 0), "-inf dB");
  CHECK_EQ(ParamToText(kParamDry, 0.5), "-6.02 dB");
  CHECK_EQ(ParamToText(kParamStatus, 3), "receiving");
  CHECK(TextToParam(kParamMode, " Receive ") == 1 && TextToParam(kParamMode, "3") == 3);
  CHECK(TextToParam(kParamBypass, "ON") == 1 && TextToParam(kParamRedundancy, "burst") == 1);
  CHECK(TextToParam(kParamDry, "0.5") == 0.5 && TextToParam(kParamWet, "0 dB") == 1 &&
        TextToParam(kParamWet, "-inf dB") == 0);
  CHECK(TextToParam(kParamLatencyMs, "20ms") == 20);
  for (const char* bad : {"", "x", "4", "-1", "1e999", "nan", "inf", "0x1", "1 2", "--1", "++1", "1dB"}) {
    CHECK(!TextToParam(kParamMode, bad));
  }
  CHECK(!TextToParam(kParamDry, "7 dB") && !TextToParam(kParamDry, "dB") && !TextToParam(99, "1"));
}

void TestLocale() {
  bool set = false;
  for (const char* locale : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C.UTF-8"}) {
    if (std::setlocale(LC_ALL, locale) == nullptr) continue;
    set = true;
    CHECK_EQ(FormatNumber(0.5), "0.5");
    CHECK(ParseNumber("0.5") == 0.5 && !ParseNumber("0,5"));
    CHECK_EQ(ParamToText(kParamLatencyMs, 12.5), "12.5 ms");
  }
  CHECK(set);
  std::setlocale(LC_ALL, "C");
}

}  // namespace

int main() {
  TestTable();
  TestClamp();
  TestNormalized();
  TestTextRoundTrip();
  TestTexts();
  TestLocale();
  return 0;
}
