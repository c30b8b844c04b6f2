// Which packets of a batch are new: the first copy wins, by the lowest index, and windows that stay on the device
// remember what earlier batches brought.
//
//   @binding(0) params    sizes of the batch and of the tables
//   @binding(1) records   what packet-parse says about the packets
//   @binding(2) streams   the streams that have a window here: a hash table that the host fills
//   @binding(3) heads     newest sequence number of each window
//   @binding(4) windows   a bit for each of the last numbers, (windowMask + 1) / 32 words a window
//   @binding(5) table     of the batch: index of the lowest packet of each key
//   @binding(6) places    where in that table each packet's key is
//   @binding(7) verdicts  verdict, window << 8
//   @binding(8) summary   packets that found no place in the table
//
// Packets are judged by the windows as they were before the batch; the order of the batch counts among copies of
// one packet only. A table too small for the batch changes no window and judges nothing: handed back.
// Invariant: of all packets with one key that are ever given, exactly one is `first`.
// Dispatch: prepare max(table, streams), claim packets, slide streams * words, decide packets; 64 a workgroup.
// Twin: engine/gpu/twins/burst-dedup.ts.
// include: packet
// include: stream-hash

struct DedupParams {
  packetCount: u32,
  streamMask: u32,
  windowMask: u32,
  tableMask: u32,
  seed: u32,
}

struct StreamHead {
  newest: i32,
  reach: atomic<i32>,
  next: i32,
}

@group(0) @binding(0) var<uniform> params: DedupParams;
@group(0) @binding(1) var<storage, read> records: array<PacketRecord>;
@group(0) @binding(2) var<storage, read> streams: array<StreamEntry>;
@group(0) @binding(3) var<storage, read_write> heads: array<StreamHead>;
@group(0) @binding(4) var<storage, read_write> windows: array<atomic<u32>>;
@group(0) @binding(5) var<storage, read_write> table: array<atomic<u32>>;
@group(0) @binding(6) var<storage, read_write> places: array<u32>;
@group(0) @binding(7) var<storage, read_write> verdicts: array<u32>;
@group(0) @binding(8) var<storage, read_write> summary: array<atomic<u32>>;

const FIRST = 0u;
const DUPLICATE = 1u;
const TOO_OLD = 2u;
const NOT_JUDGED = 3u;
const NO_WINDOW = 4u;
const OVERFLOW = 5u;
const PENDING = 255u;

const EMPTY = 0xffffffffu;
const NOWHERE = 0xffffffffu;
const EXTENSION = 1u << 17u;

@compute @workgroup_size(64)
fn prepare(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i <= params.tableMask) {
    atomicStore(&table[i], EMPTY);
  }
  if (i <= params.streamMask) {
    heads[i].newest = heads[i].next;
    atomicStore(&heads[i].reach, 0);
  }
  if (i == 0u) {
    atomicStore(&summary[0], 0u);
  }
}

fn channelOf(i: u32) -> u32 {
  return (records[i].kind & 255u) | (records[i].streamId << 8u);
}

fn windowOf(i: u32) -> u32 {
  let channel = channelOf(i);
  let low = records[i].senderIdLow;
  let high = records[i].senderIdHigh;
  let epoch = records[i].epoch;
  let home = streamHash(channel, low, high, epoch);
  for (var step = 0u; step < STREAM_PROBES; step++) {
    let at = (home + step) & params.streamMask;
    let entry = streams[at];
    if (entry.channel == channel && entry.senderIdLow == low && entry.senderIdHigh == high && entry.epoch == epoch) {
      return at;
    }
  }
  return NOWHERE;
}

fn isSet(window: u32, sequence: u32) -> bool {
  let bit = sequence & params.windowMask;
  let word = atomicLoad(&windows[window * ((params.windowMask + 1u) / 32u) + bit / 32u]);
  return (word & (1u << (bit & 31u))) != 0u;
}

fn sameKey(a: u32, b: u32) -> bool {
  return records[a].sequence == records[b].sequence && channelOf(a) == channelOf(b) &&
    records[a].senderIdLow == records[b].senderIdLow && records[a].senderIdHigh == records[b].senderIdHigh &&
    records[a].epoch == records[b].epoch;
}

/// Enters packet i under its key; its place in the table, or NOWHERE when the table is full of other keys.
fn enter(i: u32, window: u32) -> u32 {
  var at = mix32(mix32(params.seed, window), records[i].sequence) & params.tableMask;
  for (var step = 0u; step <= params.tableMask; step++) {
    var holder = EMPTY;
    loop {
      let exchange = atomicCompareExchangeWeak(&table[at], EMPTY, i);
      if (exchange.exchanged) {
        return at;
      }
      holder = exchange.old_value;
      if (holder != EMPTY) {
        break;
      }
    }
    // Whoever holds the place, its key never changes any more.
    if (sameKey(holder, i)) {
      atomicMin(&table[at], i);
      return at;
    }
    at = (at + 1u) & params.tableMask;
  }
  return NOWHERE;
}

fn firstLook(i: u32) -> u32 {
  let record = records[i];
  if (record.kind >> 24u != 0u || (record.kind & EXTENSION) == 0u || record.fragment != 1u << 16u) {
    return NOT_JUDGED;
  }
  let window = windowOf(i);
  if (window == NOWHERE) {
    return NO_WINDOW;
  }
  let ahead = i32(record.sequence) - heads[window].newest;
  if (ahead <= 0) {
    if (ahead + i32(params.windowMask) < 0) {
      return TOO_OLD | (window << 8u);
    }
    if (isSet(window, record.sequence)) {
      return DUPLICATE | (window << 8u);
    }
  }
  places[i] = enter(i, window);
  if (places[i] == NOWHERE) {
    atomicAdd(&summary[0], 1u);
  }
  atomicMax(&heads[window].reach, ahead);
  return PENDING | (window << 8u);
}

@compute @workgroup_size(64)
fn claim(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < params.packetCount) {
    verdicts[id.x] = firstLook(id.x);
  }
}

@compute @workgroup_size(64)
fn slide(@builtin(global_invocation_id) id: vec3u) {
  let wordsEach = (params.windowMask + 1u) / 32u;
  let window = id.x / wordsEach;
  let word = id.x % wordsEach;
  if (window > params.streamMask) {
    return;
  }
  var reach = u32(atomicLoad(&heads[window].reach));
  if (atomicLoad(&summary[0]) != 0u) {
    reach = 0u;
  }
  let newest = u32(heads[window].newest);
  if (word == 0u) {
    heads[window].next = i32(newest + reach);
  }
  if (reach == 0u) {
    return;
  }
  // The numbers newest + 1 .. newest + reach take the places of older ones.
  var keep = 0u;
  for (var bit = 0u; bit < 32u; bit++) {
    let ahead = (word * 32u + bit - newest - 1u) & params.windowMask;
    keep |= select(0u, 1u << bit, ahead >= reach);
  }
  atomicAnd(&windows[window * wordsEach + word], keep);
}

@compute @workgroup_size(64)
fn decide(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= params.packetCount || (verdicts[i] & 255u) != PENDING) {
    return;
  }
  let window = verdicts[i] >> 8u;
  if (atomicLoad(&summary[0]) != 0u) {
    verdicts[i] = OVERFLOW | (window << 8u);
    return;
  }
  if (atomicLoad(&table[places[i]]) != i) {
    verdicts[i] = DUPLICATE | (window << 8u);
    return;
  }
  verdicts[i] = FIRST | (window << 8u);
  let sequence = records[i].sequence;
  // What the batch itself has left far behind is too old for the next one already.
  if (heads[window].next - i32(sequence) <= i32(params.windowMask)) {
    let bit = sequence & params.windowMask;
    atomicOr(&windows[window * ((params.windowMask + 1u) / 32u) + bit / 32u], 1u << (bit & 31u));
  }
}
