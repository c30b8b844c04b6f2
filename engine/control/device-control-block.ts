// The control block of a device's slot, written as the plugin writes its own: whole, under its sequence.
import { randomInt } from 'node:crypto';
import type { SlotView } from '../path/slot-view.js';
import { MODE } from '../path/slot-view.js';

export const DEVICE_SAMPLE_RATE = 48_000;
/** As far as a late timer may bunch messages up without a longer latency: 2.7 ms. */
export const DEVICE_BLOCK_FRAMES = 128;
const REDUNDANCY_BURST = 1;

export interface DeviceSlotOptions {
  readonly name: string;
  readonly direction: 'in' | 'out' | 'both';
  readonly channel: number;
  readonly latencyMs: number;
}

const MODE_OF = { in: MODE.send, out: MODE.receive, both: MODE.sendReceive } as const;

export class DeviceControlBlock {
  streamStamp = 0;
  private readonly base: number;

  constructor(
    private readonly view: SlotView,
    private readonly layout: Readonly<Record<string, number>>,
    private options: DeviceSlotOptions,
  ) {
    this.base = view.byteOffset >> 2;
    this.writeName();
  }

  change(options: DeviceSlotOptions): void {
    this.options = options;
    this.writeName();
    this.under(() => this.writeSettings());
  }

  activate(firstFrame: number): void {
    this.streamStamp = randomInt(1, 2 ** 32);
    this.under(() => {
      this.u32(this.view.segment.at.control.active, 1);
      this.u64(this.layout['slot.control'] + this.layout['control.streamFrame'], firstFrame);
      this.u32(this.view.segment.at.control.blockFrames, 0);
      this.writeSettings();
    });
  }

  deactivate(): void {
    this.under(() => this.u32(this.view.segment.at.control.active, 0));
  }

  block(firstFrame: number, frames: number, nowUs: number): void {
    const at = this.view.segment.at.control;
    this.under(() => {
      this.u32(at.blockFrames, frames);
      this.u64(at.blockFrame, firstFrame);
      this.u64(at.blockTimeNs, Math.round(nowUs * 1000));
    });
  }

  /** SYNC POINT control-block: odd while being written. */
  private under(write: () => void): void {
    const { i32, at } = this.view.segment;
    const sequence = this.base + (at.control.sequence >> 2);
    const odd = Atomics.load(i32, sequence) | 1;
    Atomics.store(i32, sequence, odd);
    write();
    Atomics.store(i32, sequence, (odd + 1) | 0);
  }

  private writeSettings(): void {
    const { at, f32, f64 } = this.view.segment;
    const { control } = at;
    const { options } = this;
    this.u32(control.streamStamp, this.streamStamp);
    this.u32(control.mode, MODE_OF[options.direction]);
    this.u32(control.channel, options.channel);
    f32[this.base + (control.latencyMs >> 2)] = options.latencyMs;
    this.u32(control.midiOn, 1);
    this.u32(control.redundancy, REDUNDANCY_BURST);
    this.u32(control.channelCountIn, 0);
    this.u32(control.channelCountOut, 0);
    f64[(this.view.byteOffset + control.sampleRate) >> 3] = DEVICE_SAMPLE_RATE;
    this.u32(control.blockFramesMax, DEVICE_BLOCK_FRAMES);
    this.u32(control.offline, 0);
    this.u32(control.transportFlags, 0);
  }

  /** For `status`; a reader that meets it half written shows a wrong name once. */
  private writeName(): void {
    const bytes = new Uint8Array(
      this.view.segment.buffer,
      this.view.byteOffset + this.layout['slot.control'] + this.layout['control.name'],
      this.layout.kNameBytes,
    );
    bytes.fill(0);
    new TextEncoder().encodeInto(this.options.name, bytes.subarray(0, bytes.length - 1));
  }

  private u32(field: number, value: number): void {
    this.view.segment.i32[this.base + (field >> 2)] = value | 0;
  }
  private u64(field: number, value: number): void {
    this.u32(field, (value % 0x1_0000_0000) | 0);
    this.u32(field + 4, Math.floor(value / 0x1_0000_0000));
  }
}
