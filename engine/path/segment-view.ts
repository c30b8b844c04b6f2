// The shared segment seen through typed arrays, with the byte offsets that the paths need resolved once.
// The offsets come from the addon's table, never from a copy.

export interface ControlOffsets {
  readonly sequence: number;
  readonly streamStamp: number;
  readonly active: number;
  readonly mode: number;
  readonly channel: number;
  readonly latencyMs: number;
  readonly midiOn: number;
  readonly redundancy: number;
  readonly channelCountIn: number;
  readonly channelCountOut: number;
  readonly sampleRate: number;
  readonly blockFramesMax: number;
  readonly blockFrames: number;
  readonly blockFrame: number;
  readonly blockTimeNs: number;
  readonly offline: number;
  readonly transportFlags: number;
  readonly songFrame: number;
  readonly tempo: number;
  readonly signatureNumerator: number;
  readonly signatureDenominator: number;
  readonly loopStartFrame: number;
  readonly loopEndFrame: number;
  readonly streamFrame: number;
  readonly timeline: number;
}

/** Byte offsets and sizes; `slot.*` and `control.*` count from the slot's beginning. */
export interface SegmentOffsets {
  readonly engineHeartbeatMs: number;
  readonly publishCount: number;
  readonly slots: number;
  readonly slotCount: number;
  readonly slotBytes: number;
  readonly ringFrames: number;
  readonly channelsMax: number;
  readonly blockFramesMax: number;
  readonly midiRingBytes: number;
  readonly midiPieceBytesMax: number;
  readonly midiCaptureRing: number;
  readonly midiPlayoutRing: number;
  readonly captureRing: number;
  readonly playoutRing: number;
  readonly slot: {
    readonly state: number;
    readonly claimStamp: number;
    readonly captureEnd: number;
    readonly midiCaptureWrite: number;
    readonly midiPlayoutRead: number;
    readonly underruns: number;
    readonly playoutEnd: number;
    readonly playoutStamp: number;
    readonly midiCaptureRead: number;
    readonly midiPlayoutWrite: number;
    readonly slotStatus: number;
    readonly streamsHeard: number;
    readonly latencyFrames: number;
  };
  readonly control: ControlOffsets;
}

export const ROLE_LIVE = 2;

export class SegmentView {
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;

  constructor(
    readonly buffer: ArrayBuffer,
    readonly at: SegmentOffsets,
  ) {
    this.i32 = new Int32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** SYNC POINT publish-count: pairs with the shim's fetch_add after each block. [engine-thread] */
  publishCount(): number {
    return Atomics.load(this.i32, this.at.publishCount >> 2) >>> 0;
  }

  /** Tells the plugins that the engine lives. [engine-thread] */
  beat(nowUs: number): void {
    Atomics.store(this.i32, this.at.engineHeartbeatMs >> 2, Math.floor(nowUs / 1000) | 0);
  }
}

/** Resolves the offsets from the addon's flat table of names; a name that is missing is our own mistake. */
export function segmentOffsets(table: Readonly<Record<string, number>>): SegmentOffsets {
  const get = (name: string): number => {
    const value = table[name];
    if (value === undefined) throw new Error(`the segment table has no "${name}"`);
    return value;
  };
  const controlAt = get('slot.control');
  const control = Object.fromEntries(
    CONTROL_FIELDS.map((name) => [name, controlAt + get(`control.${name}`)]),
  ) as unknown as ControlOffsets;
  const slot = Object.fromEntries(
    SLOT_FIELDS.map((name) => [name, get(`slot.${name}`)]),
  ) as unknown as SegmentOffsets['slot'];
  return {
    engineHeartbeatMs: get('header.engineHeartbeatMs'),
    publishCount: get('header.publishCount'),
    slots: get('kSlotsOffset'),
    slotCount: get('kSlotCount'),
    slotBytes: get('kSlotBytes'),
    ringFrames: get('kRingFrames'),
    channelsMax: get('kChannelsMax'),
    blockFramesMax: get('kBlockFramesMax'),
    midiRingBytes: get('kMidiRingBytes'),
    midiPieceBytesMax: get('kMidiPieceBytesMax'),
    midiCaptureRing: get('kMidiCaptureOffset'),
    midiPlayoutRing: get('kMidiPlayoutOffset'),
    captureRing: get('kCaptureOffset'),
    playoutRing: get('kPlayoutOffset'),
    slot,
    control,
  };
}

const SLOT_FIELDS: readonly (keyof SegmentOffsets['slot'])[] = [
  'state',
  'claimStamp',
  'captureEnd',
  'midiCaptureWrite',
  'midiPlayoutRead',
  'underruns',
  'playoutEnd',
  'playoutStamp',
  'midiCaptureRead',
  'midiPlayoutWrite',
  'slotStatus',
  'streamsHeard',
  'latencyFrames',
];

const CONTROL_FIELDS: readonly (keyof ControlOffsets)[] = [
  'sequence',
  'streamStamp',
  'active',
  'mode',
  'channel',
  'latencyMs',
  'midiOn',
  'redundancy',
  'channelCountIn',
  'channelCountOut',
  'sampleRate',
  'blockFramesMax',
  'blockFrames',
  'blockFrame',
  'blockTimeNs',
  'offline',
  'transportFlags',
  'songFrame',
  'tempo',
  'signatureNumerator',
  'signatureDenominator',
  'loopStartFrame',
  'loopEndFrame',
  'streamFrame',
  'timeline',
];
