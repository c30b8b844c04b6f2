#include "plugin/host/file-streams.h"

#include <algorithm>

#include "plugin/host/midi-file.h"

namespace jambridge::host {

namespace {
constexpr size_t kPieceFrames = 4096;
constexpr uint64_t kHeaderEveryFrames = 65536;  // about a second: what a killed run can lose
}  // namespace

AudioFeeder::AudioFeeder(WavReader* reader, uint64_t frames, AudioFifo& fifo)
    : reader_(reader),
      framesLeft_(reader != nullptr ? frames : 0),
      fifo_(fifo),
      interleaved_(kPieceFrames * (reader != nullptr ? reader->channels() : 0)),
      planar_(fifo.channels(), kPieceFrames) {}

bool AudioFeeder::Serve() {
  bool moved = false;
  while (framesLeft_ > 0) {
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>({kPieceFrames, framesLeft_, fifo_.Space()}));
    if (wanted == 0) break;
    const size_t got = reader_->Read(interleaved_.data(), wanted);
    const uint32_t channels = reader_->channels();
    for (uint32_t c = 0; c < fifo_.channels(); ++c) {
      const uint32_t from = channels == 1 && c < 2 ? 0 : c;
      float* dest = planar_.channels()[c];
      for (size_t i = 0; i < got; ++i) dest[i] = from < channels ? interleaved_[i * channels + from] : 0.0f;
    }
    fifo_.Write(planar_.channels(), got);
    framesLeft_ -= got;
    moved = true;
  }
  return moved;
}

AudioDrain::AudioDrain(WavWriter* writer, AudioFifo& fifo)
    : writer_(writer),
      fifo_(fifo),
      interleaved_(kPieceFrames * fifo.channels()),
      planar_(fifo.channels(), kPieceFrames) {}

bool AudioDrain::Serve() {
  bool moved = false;
  for (size_t got = fifo_.Read(planar_.channels(), kPieceFrames); got > 0;
       got = fifo_.Read(planar_.channels(), kPieceFrames)) {
    moved = true;
    if (writer_ == nullptr) continue;
    const uint32_t channels = fifo_.channels();
    for (uint32_t c = 0; c < channels; ++c) {
      const float* source = planar_.channels()[c];
      for (size_t i = 0; i < got; ++i) interleaved_[i * channels + c] = source[i];
    }
    writer_->Append(interleaved_.data(), got);
  }
  if (writer_ != nullptr && writer_->frames() - headerFrames_ >= kHeaderEveryFrames) {
    writer_->UpdateHeader();
    headerFrames_ = writer_->frames();
  }
  return moved;
}

MidiDrain::MidiDrain(const std::string& path, MidiFifo& fifo) : fifo_(fifo) {
  if (!path.empty()) file_.emplace(path);
}

bool MidiDrain::Serve() {
  bool moved = false;
  for (uint64_t frame = 0; fifo_.Read(frame, message_); moved = true) {
    if (file_) sequence_.Add(frame, message_);
  }
  return moved;
}

void MidiDrain::Finish(uint64_t endFrame, uint32_t rate) {
  if (!file_) return;
  const std::vector<uint8_t> bytes = WriteMidiFile(sequence_, endFrame, rate);
  file_->WriteAt(0, bytes.data(), bytes.size());
  file_->Close();
}

}  // namespace jambridge::host
