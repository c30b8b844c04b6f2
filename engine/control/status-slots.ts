// The live slots of the segment, as `status` shows them.
import { ROLE_LIVE, type SegmentView } from '../path/segment-view.js';
import { SlotView } from '../path/slot-view.js';
import type { SlotStatus } from './status-document.js';

const MODES = ['send', 'receive', 'send+receive', 'bypass'];
const STATUSES = ['no engine', 'no peers', 'connected', 'receiving', 'refused'];

export class SlotReader {
  private readonly views = new Map<number, SlotView>();

  constructor(
    private readonly segment: SegmentView,
    private readonly layout: Readonly<Record<string, number>>,
  ) {}

  /** [control-thread] */
  read(): SlotStatus[] {
    const { at } = this.segment;
    const slots: SlotStatus[] = [];
    for (let index = 0; index < at.slotCount; index++) {
      const view = this.views.get(index) ?? new SlotView(this.segment, index);
      this.views.set(index, view);
      if (view.load(at.slot.state) === ROLE_LIVE) slots.push(this.describe(view));
    }
    return slots;
  }

  private describe(view: SlotView): SlotStatus {
    const { slot } = this.segment.at;
    view.readControl();
    const field = (name: string) => view.load(this.layout[`slot.${name}`]);
    return {
      slot: view.index,
      name: this.name(view),
      pid: field('ownerPid'),
      active: view.active,
      mode: MODES[view.mode] ?? 'unknown',
      channel: view.channel,
      latencyMs: Math.round(view.latencyMs * 1000) / 1000,
      midi: view.midiOn,
      sampleRate: view.sampleRate,
      channelsIn: view.channelsIn,
      channelsOut: view.channelsOut,
      blockFrames: view.blockFrames,
      status: STATUSES[view.load(slot.slotStatus)] ?? 'unknown',
      streamsHeard: view.load(slot.streamsHeard),
      latencyFrames: view.load(slot.latencyFrames),
      underruns: view.load(slot.underruns),
      underrunFrames: field('underrunFrames'),
      midiDropped: field('midiDropped'),
    };
  }

  /** Written by a stranger: bounded, and without what would upset a terminal. */
  private name(view: SlotView): string {
    const at = view.byteOffset + this.layout['slot.control'] + this.layout['control.name'];
    const bytes = new Uint8Array(this.segment.buffer, at, this.layout.kNameBytes);
    const end = bytes.indexOf(0);
    const text = new TextDecoder().decode(bytes.slice(0, end < 0 ? bytes.length : end));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    return text.replace(/[\x00-\x1f\x7f]/g, '');
  }
}
