#include "plugin/host/midi-track-reader.h"

#include <cstdio>

#include "plugin/host/host-error.h"
#include "plugin/host/midi-sequence.h"

namespace jambridge::host {

namespace {

constexpr uint8_t kSysexStart = 0xF0;
constexpr uint8_t kEscape = 0xF7;  // also: SysEx continuation
constexpr uint8_t kMeta = 0xFF;
constexpr uint8_t kMetaEndOfTrack = 0x2F;
constexpr uint8_t kMetaTempo = 0x51;
constexpr uint8_t kMetaSignature = 0x58;

class TrackReader {
 public:
  TrackReader(std::span<const uint8_t> file, size_t begin, size_t end, const std::string& name,
              MidiTrackEvents& out)
      : file_(file), at_(begin), end_(end), name_(name), out_(out) {}

  void Read() {
    while (at_ < end_ && !ended_) {
      tick_ += ReadVariable("a delta time");
      ReadEvent();
    }
    FlushSysex();
    if (tick_ > out_.endTick) out_.endTick = tick_;
  }

 private:
  [[noreturn]] void Refuse(const std::string& what, size_t offset) const {
    Fail(name_ + ": " + what + " at byte " + std::to_string(offset));
  }

  uint8_t Take(const char* what) {
    if (at_ >= end_) Refuse("the track ends inside " + std::string(what), at_);
    return file_[at_++];
  }

  uint32_t ReadVariable(const char* what) {
    const size_t start = at_;
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const uint8_t byte = Take(what);
      value = value << 7 | (byte & 0x7FU);
      if (byte < 0x80) return value;
    }
    Refuse("a variable-length number of more than 4 bytes in " + std::string(what), start);
  }

  std::span<const uint8_t> TakeBody(const char* what) {
    const size_t start = at_;
    const uint32_t bytes = ReadVariable(what);
    if (bytes > end_ - at_) {
      Refuse(std::string(what) + " of " + std::to_string(bytes) + " bytes runs past the end of its track",
             start);
    }
    at_ += bytes;
    return file_.subspan(at_ - bytes, bytes);
  }

  void AddMessage(std::span<const uint8_t> message) {
    out_.events.push_back({tick_, static_cast<uint32_t>(out_.bytes.size()),
                           static_cast<uint32_t>(message.size()), TrackEvent::kMessage});
    out_.bytes.insert(out_.bytes.end(), message.begin(), message.end());
  }

  void ReadEvent() {
    const size_t start = at_;
    const uint8_t first = Take("an event");
    if (first == kEscape) {
      ReadEscape(start);
      return;
    }
    // Only a continuation may follow an unfinished SysEx. A writer that forgot its end gets one.
    FlushSysex();
    if (first == kMeta) {
      ReadMeta(start);
    } else if (first == kSysexStart) {
      const auto body = TakeBody("a SysEx");
      sysex_.assign(1, kSysexStart);
      AppendSysex(body, start);
    } else if (first >= 0xF0) {
      char text[64];
      std::snprintf(text, sizeof text, "status 0x%02X can't stand in a MIDI file", first);
      Refuse(text, start);
    } else {
      ReadChannelMessage(first, start);
    }
  }

  void ReadChannelMessage(uint8_t first, size_t start) {
    if (first >= 0x80) {
      runningStatus_ = first;
    } else if (runningStatus_ == 0) {
      Refuse("a data byte without a status", start);
    }
    uint8_t message[3] = {runningStatus_, 0, 0};
    const uint32_t size = MessageBytes(runningStatus_);
    for (uint32_t i = 1; i < size; ++i) {
      const uint8_t byte = i == 1 && first < 0x80 ? first : Take("a message");
      if (byte >= 0x80) Refuse("a status byte inside a message", at_ - 1);
      message[i] = byte;
    }
    AddMessage({message, size});
  }

  void AppendSysex(std::span<const uint8_t> piece, size_t start) {
    for (size_t i = 0; i < piece.size(); ++i) {
      const bool isEnd = piece[i] == kEscape && i + 1 == piece.size();
      if (piece[i] >= 0x80 && !isEnd) Refuse("a status byte inside a SysEx", start);
    }
    sysex_.insert(sysex_.end(), piece.begin(), piece.end());
    if (!piece.empty() && piece.back() == kEscape) FlushSysex();
  }

  void FlushSysex() {
    if (sysex_.empty()) return;
    if (sysex_.back() != kEscape) sysex_.push_back(kEscape);
    AddMessage(sysex_);
    sysex_.clear();
  }

  /** After an unfinished SysEx: its next piece. Otherwise: raw messages, one after the other. */
  void ReadEscape(size_t start) {
    const auto body = TakeBody("an escape");
    if (!sysex_.empty()) {
      AppendSysex(body, start);
      return;
    }
    size_t i = 0;
    while (i < body.size()) {
      size_t size = MessageBytes(body[i]);
      if (body[i] == kSysexStart) {
        size = 1;
        while (i + size < body.size() && body[i + size] < 0x80) ++size;
        if (i + size >= body.size() || body[i + size] != kEscape)
          Refuse("an unfinished SysEx in an escape", start);
        ++size;
      }
      if (size == 0 || size > body.size() - i) Refuse("an escape that is no MIDI message", start);
      for (size_t k = 1; k < size; ++k) {
        if (body[i] != kSysexStart && body[i + k] >= 0x80) Refuse("an escape that is no MIDI message", start);
      }
      AddMessage(body.subspan(i, size));
      i += size;
    }
  }

  void ReadMeta(size_t start) {
    const uint8_t type = Take("a meta event");
    const auto body = TakeBody("a meta event");
    if (type == kMetaEndOfTrack) {
      ended_ = true;
    } else if (type == kMetaTempo) {
      if (body.size() != 3)
        Refuse("a tempo of " + std::to_string(body.size()) + " bytes instead of 3", start);
      const uint32_t tempoUs =
          static_cast<uint32_t>(body[0]) << 16 | static_cast<uint32_t>(body[1]) << 8 | body[2];
      if (tempoUs == 0) Refuse("a tempo of 0 us per quarter note", start);
      out_.events.push_back({tick_, tempoUs, 0, TrackEvent::kTempo});
    } else if (type == kMetaSignature && body.size() >= 2 && body[0] > 0 && body[1] <= 6) {
      const uint32_t signature = body[0] | (1U << body[1]) << 16;
      out_.events.push_back({tick_, signature, 0, TrackEvent::kSignature});
    }
  }

  const std::span<const uint8_t> file_;
  size_t at_;
  const size_t end_;
  const std::string& name_;
  MidiTrackEvents& out_;
  uint64_t tick_ = 0;
  uint8_t runningStatus_ = 0;
  bool ended_ = false;
  std::vector<uint8_t> sysex_;  // an unfinished SysEx; empty: none
};

}  // namespace

void ReadMidiTrack(std::span<const uint8_t> file, size_t begin, size_t end, const std::string& name,
                   MidiTrackEvents& out) {
  TrackReader(file, begin, end, name, out).Read();
}

}  // namespace jambridge::host
