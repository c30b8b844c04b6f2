// A real segment with a hand-driven clock and the least of an engine: it reads what devices capture and
// writes what they should play.
import {
  claimSlot,
  createSegment,
  LAYOUT,
  releaseSlot,
  type Segment,
  unlinkSegment,
} from '../../bridge/index.js';
import type { DeviceHost } from '../../engine/control/device-slot.js';
import { MidiCaptureReader, writeMidi } from '../../engine/midi/midi-ring.js';
import { SegmentView, segmentOffsets } from '../../engine/path/segment-view.js';
import { SlotView } from '../../engine/path/slot-view.js';

const ROLE_LIVE = 2;

export class DeviceWorld {
  nowUs = 5e6;
  bells = 0;
  beats = 0;
  readonly segment: Segment;
  readonly view: SegmentView;
  readonly host: DeviceHost;
  private readonly reader = new MidiCaptureReader(72 * 1024);

  constructor(private readonly name: string) {
    unlinkSegment(name);
    this.segment = createSegment(name);
    this.view = new SegmentView(this.segment.buffer, segmentOffsets(LAYOUT));
    this.host = {
      segment: this.view,
      layout: LAYOUT,
      claim: () => claimSlot(this.segment, 0, 0),
      beat: () => this.beats++,
      release: (slot) => releaseSlot(this.segment, slot),
      ringDoorbell: () => this.bells++,
      nowUs: () => this.nowUs,
    };
    this.beat();
  }

  /** The engine lives. */
  beat(): void {
    this.view.beat(this.nowUs);
  }
  /** The engine is about to sleep. */
  sleep(): void {
    Atomics.store(this.view.i32, LAYOUT['header.engineSleeping'] >> 2, 1);
  }
  published(): number {
    return this.view.publishCount();
  }

  slots(): SlotView[] {
    return Array.from({ length: LAYOUT.kSlotCount }, (_, i) => new SlotView(this.view, i)).filter(
      (slot) => slot.load(this.view.at.slot.state) === ROLE_LIVE,
    );
  }
  /** The only slot, with its control block as it is now. */
  slot(): SlotView {
    const [slot, ...more] = this.slots();
    if (!slot || more.length > 0) throw new Error(`${more.length + 1} slots are live`);
    slot.readControl();
    return slot;
  }

  /** What the device captured since the last call: frame and bytes. */
  captured(slot = this.slot()): [number, number[]][] {
    const messages: [number, number[]][] = [];
    while (this.reader.next(slot)) {
      messages.push([this.reader.frameLow, [...this.reader.bytes.subarray(0, this.reader.length)]]);
    }
    return messages;
  }
  captureEnd(slot = this.slot()): number {
    return slot.load(this.view.at.slot.captureEnd);
  }

  /** Accepts the slot's stream, as the engine does before it plays into it. */
  accept(slot = this.slot()): SlotView {
    slot.store(this.view.at.slot.playoutStamp, slot.streamStamp);
    return slot;
  }
  play(frame: number, bytes: readonly number[], slot = this.slot()): boolean {
    return writeMidi(slot, frame, Uint8Array.from(bytes), 0, bytes.length);
  }

  close(): void {
    this.segment.close();
    unlinkSegment(this.name);
  }
}
