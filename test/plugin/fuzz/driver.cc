// Drives a fuzz target: first every input of the corpus, then changed ones for as long as it is told, keeping
// those that reach code that none before reached.
//
//   fuzz-state [-seconds N] [-seed N] [-keep FOLDER] [-crash FILE] CORPUS...      -crash: where a bad input
//   goes
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "test/plugin/fuzz/coverage.h"
#include "test/plugin/fuzz/fuzz-target.h"
#include "test/plugin/fuzz/mutate.h"
#include "test/support/seed.h"

using namespace jambridge::test;

namespace {

namespace fs = std::filesystem;

struct Options {
  double seconds = 1;
  uint64_t seed = 0;
  std::string keep;
  std::vector<fs::path> corpus;
};

std::string crashFile = "fuzz-crash.bin";
Bytes running;  // what the target is looking at

/// Whatever ends the process: the input is written out first. Only async-signal-safe calls.
void WriteCrash() {
  FILE* file = fopen(crashFile.c_str(), "wb");
  if (file == nullptr) return;
  fwrite(running.data(), 1, running.size(), file);
  fclose(file);
  fprintf(stderr, "the input is in %s\n", crashFile.c_str());
}

void OnSignal(int number) {
  WriteCrash();
  signal(number, SIG_DFL);
  raise(number);
}

Options ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name.empty() || name[0] != '-' || i + 1 == argc) {
      options.corpus.emplace_back(name);
      continue;
    }
    const std::string value = argv[++i];
    if (name == "-seconds") options.seconds = std::strtod(value.c_str(), nullptr);
    if (name == "-seed") options.seed = std::strtoull(value.c_str(), nullptr, 10);
    if (name == "-keep") options.keep = value;
    if (name == "-crash") crashFile = value;
  }
  if (options.seed == 0) options.seed = TestSeed();
  return options;
}

std::vector<Bytes> ReadCorpus(const std::vector<fs::path>& places) {
  std::vector<fs::path> files;
  for (const fs::path& place : places) {
    if (!fs::is_directory(place)) {
      files.push_back(place);
    } else {
      for (const auto& entry : fs::directory_iterator(place)) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Bytes> inputs;
  for (const fs::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s can't be read\n", path.c_str());
      std::exit(2);
    }
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

uint32_t Run(const Bytes& input) {
  running = input;
  BeginCoverage();
  LLVMFuzzerTestOneInput(running.data(), running.size());
  return TakeNewEdges();
}

void Keep(const std::string& folder, const Bytes& input) {
  if (folder.empty()) return;
  uint64_t hash = 1469598103934665603U;
  for (const uint8_t byte : input) hash = (hash ^ byte) * 1099511628211U;
  char name[32];
  std::snprintf(name, sizeof name, "%016llx.bin", static_cast<unsigned long long>(hash));
  std::ofstream file(fs::path(folder) / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = ReadOptions(argc, argv);
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM}) signal(number, OnSignal);
  std::atexit([] {  // a failed check leaves by exit()
    if (!running.empty()) WriteCrash();
  });
  std::vector<Bytes> corpus = ReadCorpus(options.corpus);
  for (const Bytes& input : corpus) Run(input);
  const uint32_t edgesOfCorpus = CountKnownEdges();
  if (corpus.empty()) corpus.push_back({0});
  Random random(options.seed);
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(options.seconds);
  uint64_t runs = 0;
  for (; std::chrono::steady_clock::now() < end; ++runs) {
    alarm(20);  // an input that takes this long is a finding
    Bytes input = corpus[random.Below(static_cast<uint32_t>(corpus.size()))];
    const Bytes& other = corpus[random.Below(static_cast<uint32_t>(corpus.size()))];
    for (uint32_t changes = 1 + random.Below(6); changes > 0; --changes) MutateOnce(input, other, random);
    if (Run(input) == 0) continue;
    Keep(options.keep, input);
    corpus.push_back(input);
  }
  running.clear();
  std::printf("seed %llu: %llu inputs, %u edges (%u by the corpus), %zu inputs worth keeping\n",
              static_cast<unsigned long long>(options.seed), static_cast<unsigned long long>(runs),
              CountKnownEdges(), edgesOfCorpus, corpus.size());
  return 0;
}
