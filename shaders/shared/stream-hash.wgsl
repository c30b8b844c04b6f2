// The table of streams, and where in it a stream may lie; engine/gpu/stream-table.ts fills it by the same rule.
struct StreamEntry {
  channel: u32,
  senderIdLow: u32,
  senderIdHigh: u32,
  epoch: u32,
}

const STREAM_PROBES = 8u;

fn mix32(hash: u32, word: u32) -> u32 {
  var h = (hash ^ word) * 0x9e3779b1u;
  h = (h ^ (h >> 15u)) * 0x85ebca6bu;
  return h ^ (h >> 13u);
}

fn streamHash(channel: u32, low: u32, high: u32, epoch: u32) -> u32 {
  return mix32(mix32(mix32(mix32(params.seed, channel), low), high), epoch);
}
