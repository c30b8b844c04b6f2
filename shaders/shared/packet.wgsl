// What packet-parse makes of datagrams and the kernels behind it read; see engine/gpu/layouts.ts.
struct PacketSpan {
  offset: u32,
  bytes: i32,
}

struct PacketRecord {
  kind: u32,
  sequence: u32,
  timestampUs: u32,
  burstId: u32,
  burst: u32,
  sessionId: u32,
  senderIdLow: u32,
  senderIdHigh: u32,
  streamId: u32,
  fragment: u32,
  mediaTimeLow: u32,
  mediaTimeHigh: u32,
  epoch: u32,
  captureTimeHigh: u32,
  bodyOffset: u32,
  bodyBytes: u32,
}
