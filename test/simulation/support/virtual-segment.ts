// A small segment in ordinary memory with the real fields at the real offsets, so that the real paths run
// on it without another process.
import { LAYOUT } from '../../../bridge/index.js';
import { type SegmentOffsets, SegmentView, segmentOffsets } from '../../../engine/path/segment-view.js';

const SLOTS = 6;
const CHANNELS = 2;

export function virtualSegment(): SegmentView {
  const real = segmentOffsets(LAYOUT);
  const ringBytes = real.ringFrames * 4;
  const playoutRing = real.captureRing + CHANNELS * ringBytes;
  const at: SegmentOffsets = {
    ...real,
    slotCount: SLOTS,
    channelsMax: CHANNELS,
    playoutRing,
    slotBytes: playoutRing + CHANNELS * ringBytes,
  };
  return new SegmentView(new ArrayBuffer(at.slots + SLOTS * at.slotBytes), at);
}
