#include "plugin/host/audio-thread.h"

#include <algorithm>
#include <cmath>

#include "plugin/host/monotonic-clock.h"
#include "plugin/host/realtime-priority.h"
#include "plugin/host/thread-role.h"

namespace jambridge::host {

namespace {

constexpr int64_t kSliceNs = 50000000;   // longest sleep without a look at stop and pause
constexpr int64_t kFileWaitNs = 200000;  // offline, when the file side is behind
constexpr size_t kBlockEventsReserved = 8192;

float PeakOf(const std::vector<float*>& channels, uint32_t frames) {
  float peak = 0;
  for (const float* channel : channels) {
    for (uint32_t i = 0; i < frames; ++i) peak = std::max(peak, std::fabs(channel[i]));
  }
  return peak;
}

void RaisePeak(std::atomic<float>& peak, float value) {
  if (value > peak.load(std::memory_order_relaxed)) peak.store(value, std::memory_order_relaxed);
}

}  // namespace

AudioThread::AudioThread(PluginInstance& plugin, const RunPlan& plan, const MidiSong& song, AudioFifo& input,
                         AudioFifo& output, MidiFifo& midiOut)
    : plugin_(plugin),
      plan_(plan),
      song_(song),
      input_(input),
      output_(output),
      midiOut_(midiOut),
      blocks_(plan.blocks) {
  midiBlock_.reserve(kBlockEventsReserved);
  parameterBlock_.reserve(plan.parameters.size());
  const uint32_t framesMax = blocks_.framesMax();
  const auto allocate = [this, framesMax] {
    buffers_.emplace_back(framesMax, 0.0f);
    return buffers_.back().data();
  };
  for (uint32_t c = 0; c < output_.channels(); ++c) out_.push_back(allocate());
  for (uint32_t c = 0; c < input_.channels(); ++c) {
    in_.push_back(plan.inPlace && c < out_.size() ? out_[c] : allocate());
  }
}

AudioThread::~AudioThread() {
  RequestStop();
  if (thread_.joinable()) thread_.join();
}

void AudioThread::Start() {
  thread_ = std::thread([this] { Run(); });
}

void AudioThread::Pause() {
  pause_.store(true, std::memory_order_release);
  while (!parked_.load(std::memory_order_acquire) && !ended()) SleepUntilNs(MonotonicNs() + kFileWaitNs);
}

void AudioThread::Run() {
  threadRole = ThreadRole::kAudio;
  priorityRefusal = plan_.offline ? "offline" : RequestRealtimePriority();
  if (plugin_.StartProcessing()) {
    RunBlocks();
    plugin_.StopProcessing();
  } else {
    refused = true;
  }
  ended_.store(true, std::memory_order_release);
}

/** Stands still while the main thread reactivates the plugin. The timeline goes on: what was missed
 *  is caught up block by block, late. */
void AudioThread::Park() {
  plugin_.StopProcessing();
  parked_.store(true, std::memory_order_release);
  while (pause_.load(std::memory_order_acquire)) SleepUntilNs(MonotonicNs() + kFileWaitNs);
  parked_.store(false, std::memory_order_release);
  if (!plugin_.StartProcessing()) {
    refused = true;
    RequestStop();
  }
}

void AudioThread::RunBlocks() {
  startNs = plan_.startNs != 0 ? plan_.startNs : MonotonicNs();
  uint32_t frames = blocks_.Next();
  while (frame_ < plan_.frames && !stop_.load(std::memory_order_relaxed)) {
    if (pause_.load(std::memory_order_acquire)) {
      Park();
      continue;
    }
    frames = static_cast<uint32_t>(std::min<uint64_t>(frames, plan_.frames - frame_));
    const int64_t dueNs = startNs + (plan_.offline ? 0 : FramesToNs(frame_ + frames, plan_.rate));
    if (!WaitUntil(dueNs) || (plan_.offline && !WaitForFiles(frames))) {
      continue;
    }
    ProcessOne(frames);
    // A device that gives blocks of up to framesMax has a buffer as long: by then the output must be there.
    if (!plan_.offline && lastNs > startNs + FramesToNs(frame_ + blocks_.framesMax(), plan_.rate)) {
      counters.lateBlocks.fetch_add(1, std::memory_order_relaxed);
    }
    frames = blocks_.Next();
  }
}

/** False: woken by stop or pause. */
bool AudioThread::WaitUntil(int64_t ns) {
  for (int64_t now = MonotonicNs(); now < ns; now = MonotonicNs()) {
    if (stop_.load(std::memory_order_relaxed) || pause_.load(std::memory_order_acquire)) return false;
    SleepUntilNs(std::min(ns, now + kSliceNs));
  }
  if (!plan_.offline) wakeLateNs.Add(MonotonicNs() - ns);
  return true;
}

bool AudioThread::HasRoomFor(uint32_t frames) const {
  const uint64_t given = frame_ < plan_.inputFrames ? plan_.inputFrames - frame_ : 0;
  return input_.Available() >= std::min<uint64_t>(frames, given) && output_.Space() >= frames;
}

/** Offline nothing may be lost, so the file side is waited for. False: woken by stop or pause. */
bool AudioThread::WaitForFiles(uint32_t frames) {
  while (!HasRoomFor(frames)) {
    if (stop_.load(std::memory_order_relaxed) || pause_.load(std::memory_order_acquire)) return false;
    SleepUntilNs(MonotonicNs() + kFileWaitNs);
  }
  return true;
}

void AudioThread::ReadInput(uint32_t frames) {
  const uint64_t given = frame_ < plan_.inputFrames ? plan_.inputFrames - frame_ : 0;
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>(frames, given));
  const size_t got = input_.Read(in_.data(), wanted);
  for (float* channel : in_) std::fill(channel + got, channel + frames, 0.0f);
  if (got < wanted) counters.inputLostFrames.fetch_add(wanted - got, std::memory_order_relaxed);
}

void AudioThread::CollectEvents(uint32_t frames) {
  midiBlock_.clear();
  parameterBlock_.clear();
  const uint64_t end = frame_ + frames;
  const auto& events = song_.sequence.events();
  for (; nextMidi_ < events.size() && events[nextMidi_].frame < end; ++nextMidi_) {
    const MidiEvent& event = events[nextMidi_];
    midiBlock_.push_back(
        {static_cast<uint32_t>(event.frame - frame_), event.size, song_.sequence.Bytes(event).data()});
  }
  for (; nextParameter_ < plan_.parameters.size() && plan_.parameters[nextParameter_].frame < end;
       ++nextParameter_) {
    const TimedParameter& change = plan_.parameters[nextParameter_];
    parameterBlock_.push_back({static_cast<uint32_t>(change.frame - frame_), change.id, change.value});
  }
}

TransportPosition AudioThread::TransportAt(uint64_t frame) const {
  const double seconds = static_cast<double>(frame) / plan_.rate;
  const TempoMap::Position position = song_.tempo.At(seconds);
  const double barBeats = 4.0 * song_.signatureNumerator / song_.signatureDenominator;
  const double bar = std::floor(position.beats / barBeats);
  return {frame,
          seconds,
          position.beats,
          position.bpm,
          bar * barBeats,
          static_cast<int32_t>(bar),
          song_.signatureNumerator,
          song_.signatureDenominator};
}

void AudioThread::ProcessOne(uint32_t frames) {
  ReadInput(frames);
  RaisePeak(counters.peakIn, PeakOf(in_, frames));
  CollectEvents(frames);
  const TransportPosition transport = TransportAt(frame_);
  const ProcessBlock block{frames,     frame_,          in_.data(), out_.data(),
                           midiBlock_, parameterBlock_, &transport, this};
  const int64_t begin = MonotonicNs();
  plugin_.Process(block);
  lastNs = MonotonicNs();
  processNs.Add(lastNs - begin);
  if (firstNs == 0) firstNs = begin;
  Publish(frames);
}

void AudioThread::Publish(uint32_t frames) {
  RaisePeak(counters.peakOut, PeakOf(out_, frames));
  const size_t written = output_.Write(out_.data(), frames);
  if (written < frames) counters.outputLostFrames.fetch_add(frames - written, std::memory_order_relaxed);
  frame_ += frames;
  counters.midiIn.fetch_add(midiBlock_.size(), std::memory_order_relaxed);
  counters.blocks.fetch_add(1, std::memory_order_relaxed);
  counters.frames.store(frame_, std::memory_order_relaxed);
}

void AudioThread::OnMidi(uint32_t offset, const uint8_t* data, uint32_t size) {
  // Offline the main thread is waited for; in real time a full FIFO is a loss that is counted.
  while (!midiOut_.Write(frame_ + offset, data, size)) {
    if (!plan_.offline || stop_.load(std::memory_order_relaxed)) {
      counters.midiOutLost.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    SleepUntilNs(MonotonicNs() + kFileWaitNs);
  }
  counters.midiOut.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace jambridge::host
