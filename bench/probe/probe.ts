// Loaded into a real engine process before its own code (node --import): notes when the engine thread took an
// event out of the capture ring, when the packet was received, when event or block lay in the playout ring.
// The engine's code runs as it is; a few of its methods are called through a wrapper that looks at the clock.
import { isMainThread, workerData } from 'node:worker_threads';
import { LAYOUT, nowUs, openSegment } from '../../bridge/index.js';
import { Playout } from '../../engine/path/playout.js';
import { ReceiveMidi } from '../../engine/path/receive-midi.js';
import { SegmentView, segmentOffsets } from '../../engine/path/segment-view.js';
import { SlotView } from '../../engine/path/slot-view.js';
import { BODY_OFFSET } from '../../engine/toast/types.js';
import { EngineCore } from '../../engine/worker/engine-core.js';
import { pitchBendNumbers } from './midi-numbers.js';
import { COLUMN, Notebook } from './notebook.js';

/** The plugin under observation has the first slot: the segment is the benchmark's own. */
const SLOT = 0;

function attach(segmentName: string): void {
  const segment = openSegment(segmentName);
  if (typeof segment === 'string') throw new Error(`probe: ${segment}`);
  const notebook = new Notebook(segment);
  notebook.clear();
  const slot = new SlotView(new SegmentView(segment.buffer, segmentOffsets(LAYOUT)), SLOT);
  if (process.env.JAMBRIDGE_PROBE === 'blocks') probePlayout(notebook, slot);
  else {
    probeCapture(notebook, slot);
    probeReceive(notebook, slot);
  }
}

/** [engine-thread] */
function probeCapture(notebook: Notebook, slot: SlotView): void {
  const { midiCaptureRead } = slot.segment.at.slot;
  const { tick } = EngineCore.prototype;
  let seen = 0;
  EngineCore.prototype.tick = function (this: EngineCore, startUs: number): number {
    const dueUs = tick.call(this, startUs);
    const read = slot.load(midiCaptureRead);
    if (read !== seen) {
      pitchBendNumbers(slot.midiCapture, seen, read, (row) => notebook.note(COLUMN.taken, row, startUs));
      seen = read;
    }
    return dueUs;
  };
}

/** [engine-thread] */
function probeReceive(notebook: Notebook, slot: SlotView): void {
  const { midiPlayoutWrite } = slot.segment.at.slot;
  const { accept } = ReceiveMidi.prototype;
  let seen = 0;
  ReceiveMidi.prototype.accept = function (this: ReceiveMidi, source, fields, slab, receivedUs) {
    const reason = accept.call(this, source, fields, slab, receivedUs);
    const written = slot.load(midiPlayoutWrite);
    if (written !== seen) {
      const writtenUs = nowUs();
      pitchBendNumbers(slot.midiPlayout, seen, written, (row) => {
        notebook.note(COLUMN.received, row, receivedUs);
        notebook.note(COLUMN.written, row, writtenUs);
        notebook.note(COLUMN.packetBytes, row, BODY_OFFSET + fields.bodyBytes);
      });
      seen = written;
    }
    return reason;
  };
}

/** Every sample of a block is the block's number: what is whole and new was just written. [engine-thread] */
function probePlayout(notebook: Notebook, slot: SlotView): void {
  const { playoutEnd } = slot.segment.at.slot;
  const mask = slot.segment.at.ringFrames - 1;
  const { render } = Playout.prototype;
  let seen = slot.load(playoutEnd);
  Playout.prototype.render = function (this: Playout, engineSlot, startUs) {
    render.call(this, engineSlot, startUs);
    const end = slot.load(playoutEnd);
    if (end === seen || engineSlot.view.index !== SLOT) return;
    const writtenUs = nowUs();
    if ((end - seen) >>> 0 > mask) seen = (end - mask) >>> 0;
    for (let frame = seen; frame !== end; frame = (frame + 1) >>> 0) {
      const block = slot.playout[frame & mask];
      if (block > 0 && Number.isInteger(block)) notebook.note(COLUMN.written, block, writtenUs);
    }
    seen = end;
  };
}

const data: unknown = workerData;
if (!isMainThread && typeof data === 'object' && data !== null && 'segmentName' in data) {
  attach(String(data.segmentName));
}
