// The command line: what it means, and what it refuses with exit code 2.
#include "plugin/host/options.h"

#include "plugin/host/host-error.h"
#include "test/support/check.h"

using namespace jambridge::host;

namespace {

Options Parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--plugin", "p.clap"});
  return ParseOptions(arguments);
}

bool Refuses(std::vector<std::string> arguments, const char* saying) {
  try {
    Parse(std::move(arguments));
  } catch (const HostError& error) {
    if (error.exitCode == kExitWrongUse && std::string(error.what()).find(saying) != std::string::npos)
      return true;
    std::fprintf(stderr, "refused with: %s\n", error.what());
  }
  return false;
}

void Understands() {
  const Options o =
      Parse({"--in",  "a.wav",     "--out=b.wav",     "--seconds", "2.5",           "--rate",    "44100",
             "--set", "mode=send", "--set=dry=-6 dB", "--set-at",  "1.5:channel=3", "--offline", "--bits",
             "24",    "--json",    "--segment",       "a.b_C-9",   "--start-at-us", "123456789"});
  CHECK(o.plugin == "p.clap" && o.in == "a.wav" && o.out == "b.wav" && o.seconds == 2.5 && o.rate == 44100U);
  CHECK(o.settings.size() == 3 && o.settings[0].key == "mode" && o.settings[0].text == "send");
  CHECK(o.settings[1].key == "dry" && o.settings[1].text == "-6 dB" && o.settings[1].seconds == 0);
  CHECK(o.settings[2].key == "channel" && o.settings[2].text == "3" && o.settings[2].seconds == 1.5);
  CHECK(o.offline && o.json && !o.progress && o.outFormat == SampleFormat::kPcm24);
  CHECK(o.segment == "a.b_C-9" && o.startAtUs == 123456789);
  CHECK(Parse({"--bits", "16", "--float", "--seconds", "1"}).outFormat == SampleFormat::kFloat32);
}

void UnderstandsBlocks() {
  const std::vector<std::string> length = {"--seconds", "1"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), length.begin(), length.end());
    return Parse(more);
  };
  CHECK(with({}).blocks.framesMax() == 256 && with({}).blockFramesMax == 256);
  CHECK(with({"--block", "64"}).blocks.framesMax() == 64 && !with({"--block", "64"}).blocks.random());
  const Options random = with({"--block", "random:7"});
  CHECK(random.blocks.random() && random.blocks.seed() == 7 && random.blocks.framesMax() == 4096);
  CHECK(random.blockFramesMax == 4096);
  CHECK(with({"--block", "random:7:100"}).blocks.framesMax() == 100);
  CHECK(with({"--max-block", "512", "--block", "64"}).blockFramesMax == 512);
  CHECK(with({"--block", "random:7", "--max-block", "512"}).blocks.framesMax() == 512);
}

void Refuses() {
  CHECK(Refuses({}, "--seconds"));
  CHECK(Refuses({"--nonsense"}, "unknown option '--nonsense'"));
  CHECK(Refuses({"--in"}, "--in wants a value"));
  CHECK(Refuses({"--seconds", "x"}, "--seconds wants a number from 0"));
  CHECK(Refuses({"--seconds", "nan"}, "--seconds"));
  CHECK(Refuses({"--seconds", "-1"}, "--seconds"));
  CHECK(Refuses({"--rate", "48k"}, "not '48k'"));
  CHECK(Refuses({"--block", "0"}, "from 1 to 8192"));
  CHECK(Refuses({"--block", "9000"}, "from 1 to 8192"));
  CHECK(Refuses({"--block", "random:"}, "SEED"));
  CHECK(Refuses({"--block", "random:1:9000"}, "MAX"));
  CHECK(Refuses({"--seconds", "1", "--block", "128", "--max-block", "64"}, "--max-block 64"));
  CHECK(Refuses({"--seconds", "1", "--block", "random:1:128", "--max-block", "64"}, "--max-block 64"));
  CHECK(Refuses({"--bits", "8"}, "16, 24 or 32f"));
  CHECK(Refuses({"--set", "mode"}, "KEY=VALUE"));
  CHECK(Refuses({"--set", "=1"}, "KEY=VALUE"));
  CHECK(Refuses({"--set-at", "mode=1"}, "SECONDS:KEY=VALUE"));
  CHECK(Refuses({"--segment", "a/b"}, "--segment"));
  CHECK(Refuses({"--segment", "seventeen-letters"}, "--segment"));
  CHECK(Refuses({"--json=yes"}, "takes no value"));
  CHECK(Refuses({"--start-at-us", "0"}, "--start-at-us"));
}

}  // namespace

int main() {
  Understands();
  UnderstandsBlocks();
  Refuses();
  CHECK(ParseOptions({"--help"}).help && ParseOptions({"--version"}).version);
  return 0;
}
