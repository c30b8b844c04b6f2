// WAV files: every encoding in, round trips out, bit-exact floats, and a clear word for each defect.
#include <bit>
#include <cmath>
#include <limits>

#include "plugin/host/wav-writer.h"
#include "test/plugin/host/temporary-folder.h"
#include "test/plugin/host/wav-bytes.h"
#include "test/plugin/support/random.h"
#include "test/support/check.h"

using namespace jambridge::host;
using namespace jambridge::test;
using jambridge::test::Random;

namespace {

bool Says(const std::string& text, const char* part) {
  if (text.find(part) != std::string::npos) return true;
  std::fprintf(stderr, "'%s' does not say '%s'\n", text.c_str(), part);
  return false;
}

std::vector<float> Samples(const Bytes& bytes) {
  WavReader reader = Open(bytes);
  std::vector<float> samples(reader.frames() * reader.channels());
  CHECK(reader.Read(samples.data(), reader.frames()) == reader.frames());
  CHECK(reader.Read(samples.data(), 1) == 0);
  return samples;
}

void DecodesEveryEncoding() {
  Bytes pcm16, pcm24, pcm32, float32, float64;
  for (const int value : {0, 1, -1, 16384, -32768, 32767}) {
    Put(pcm16, static_cast<int16_t>(value));
    for (int i = 0; i < 3; ++i) pcm24.push_back(static_cast<uint8_t>(value * 256 >> 8 * i));
    Put(pcm32, static_cast<int32_t>(value * 65536));
    Put(float32, static_cast<float>(value) / 32768.0f);
    Put(float64, value / 32768.0);
  }
  const std::vector<float> expected = {0, 1 / 32768.0f, -1 / 32768.0f, 0.5f, -1, 32767 / 32768.0f};
  for (const bool extensible : {false, true}) {
    CHECK(Samples(MakeWav({.bits = 16, .extensible = extensible}, pcm16)) == expected);
    CHECK(Samples(MakeWav({.bits = 24, .extensible = extensible}, pcm24)) == expected);
    CHECK(Samples(MakeWav({.bits = 32, .extensible = extensible}, pcm32)) == expected);
    CHECK(Samples(MakeWav({.tag = 3, .bits = 32, .extensible = extensible}, float32)) == expected);
    CHECK(Samples(MakeWav({.tag = 3, .bits = 64, .extensible = extensible}, float64)) == expected);
    CHECK(Samples(MakeWav({.channels = 1, .bits = 16, .extensible = extensible, .before = "LIST"}, pcm16)) ==
          expected);
  }
  CHECK(Open(MakeWav({.rate = 44100}, pcm16)).rate() == 44100);
}

/** A writer that could not seek back leaves all ones: the samples reach to the end. */
void ReadsStreamedFiles() {
  Bytes bytes = MakeWav({}, Bytes(20));
  std::memset(bytes.data() + 40, 0xFF, 4);
  CHECK(Open(bytes).frames() == 5);
  bytes.push_back(1);  // half a frame more
  CHECK(Open(bytes).frames() == 5);
}

void ReadsRf64() {
  Bytes bytes;
  PutText(bytes, "RF64");
  Put(bytes, 0xFFFFFFFFU);
  PutText(bytes, "WAVEds64");
  Put(bytes, uint32_t{28});
  for (const uint64_t value : {uint64_t{100}, uint64_t{8}, uint64_t{2}}) Put(bytes, value);
  Put(bytes, uint32_t{0});
  const Bytes rest = MakeWav({}, Bytes(8));
  bytes.insert(bytes.end(), rest.begin() + 12, rest.end());
  std::memset(bytes.data() + bytes.size() - 12, 0xFF, 4);
  CHECK(Open(bytes).frames() == 2);
}

void RefusesClearly() {
  const Bytes good = MakeWav({}, Bytes(400));
  CHECK(Refusal(good).empty());
  CHECK(Says(Refusal({}), "not a WAV file"));
  CHECK(Says(Refusal(Bytes(100, 'x')), "RIFF"));
  CHECK(Says(Refusal(Bytes(good.begin(), good.end() - 1)),
             "truncated WAV: the data chunk at byte 36 says 400 bytes, 399"));
  CHECK(Says(Refusal(Bytes(good.begin(), good.begin() + 30)), "truncated"));
  CHECK(Says(Refusal(Bytes(good.begin(), good.begin() + 36)), "without a data chunk"));
  CHECK(Says(Refusal(MakeWav({.channels = 17}, Bytes(68))), "17 channels"));
  CHECK(Samples(MakeWav({.channels = 16}, Bytes(32))).size() == 16);
  CHECK(Says(Refusal(MakeWav({.bits = 8}, Bytes(24))), "8 bits"));
  CHECK(Says(Refusal(MakeWav({.tag = 85}, Bytes(24))), "format 85"));
  CHECK(Says(Refusal(MakeWav({.rate = 0}, Bytes(24))), "sample rate 0"));
  CHECK(Says(Refusal(MakeWav({}, Bytes(7))), "no whole number of frames"));
  Bytes contradictory = good;
  contradictory[32] = 3;
  CHECK(Says(Refusal(contradictory), "contradicts itself"));
  Bytes noFormat = good;
  std::memcpy(noFormat.data() + 12, "junk", 4);
  CHECK(Says(Refusal(noFormat), "before any fmt"));
}

void FloatsKeepEveryBit(const TemporaryFolder& folder) {
  std::vector<float> samples = {-0.0f,
                                0.0f,
                                std::numeric_limits<float>::infinity(),
                                1e-42f,
                                -3.5f,
                                std::bit_cast<float>(0x7FC12345U),
                                std::bit_cast<float>(0xFF812345U),
                                1.0f};
  const std::string path = folder.File("bits.wav");
  WavWriter writer(path, 44100, 2, SampleFormat::kFloat32);
  writer.Append(samples.data(), samples.size() / 2);
  writer.Finish();
  CHECK(writer.clippedSamples() == 0);
  std::vector<float> back(samples.size());
  WavReader reader(OpenFile(path), path);
  CHECK(reader.rate() == 44100 && reader.frames() == 4);
  CHECK(reader.Read(back.data(), 4) == 4);
  CHECK(std::memcmp(back.data(), samples.data(), samples.size() * sizeof(float)) == 0);
}

void IntegersRoundTrip(const TemporaryFolder& folder) {
  const std::string path = folder.File("integers.wav");
  Random random(7);
  for (const SampleFormat format : {SampleFormat::kPcm16, SampleFormat::kPcm24}) {
    const double scale = format == SampleFormat::kPcm16 ? 32768 : 8388608;
    std::vector<float> samples;
    for (int i = 0; i < 999; ++i)
      samples.push_back(static_cast<float>(std::floor(random.Sample() * scale) / scale));
    WavWriter writer(path, 48000, 1, format);
    writer.Append(samples.data(), 500);
    writer.Append(samples.data() + 500, 499);  // an odd number of bytes with 24 bits
    writer.Finish();
    CHECK(ReadAll(path).size() % 2 == 0);
    WavReader reader(OpenFile(path), path);
    std::vector<float> back(samples.size());
    CHECK(reader.Read(back.data(), 2000) == 999);
    CHECK(back == samples);
  }
}

void ClipsAndCounts(const TemporaryFolder& folder) {
  const std::string path = folder.File("clipped.wav");
  const std::vector<float> samples = {2.0f, -2.0f, 1.0f, -1.0f, std::nanf(""), 0.25f};
  WavWriter writer(path, 48000, 1, SampleFormat::kPcm16);
  writer.Append(samples.data(), samples.size());
  writer.Finish();
  CHECK(writer.clippedSamples() == 3);  // +1 has no code either
  WavReader reader(OpenFile(path), path);
  std::vector<float> back(samples.size());
  CHECK(reader.Read(back.data(), 6) == 6);
  const float top = 32767 / 32768.0f;
  CHECK((back == std::vector<float>{top, -1, top, -1, 0, 0.25f}));
}

/** What a killed run leaves behind. */
void IsReadableBeforeItIsFinished(const TemporaryFolder& folder) {
  const std::string path = folder.File("unfinished.wav");
  WavWriter writer(path, 48000, 2, SampleFormat::kFloat32);
  const std::vector<float> samples(200, 0.5f);
  writer.Append(samples.data(), 100);
  writer.UpdateHeader();
  writer.Append(samples.data(), 100);
  CHECK(WavReader(OpenFile(path), path).frames() == 100);
}

}  // namespace

int main() {
  const TemporaryFolder folder;
  DecodesEveryEncoding();
  ReadsStreamedFiles();
  ReadsRf64();
  RefusesClearly();
  FloatsKeepEveryBit(folder);
  IntegersRoundTrip(folder);
  ClipsAndCounts(folder);
  IsReadableBeforeItIsFinished(folder);
  return 0;
}
