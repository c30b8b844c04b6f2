// The relay over real multicast on the loopback interface: what comes out is exactly what the model says.
import { afterEach, describe, expect, it } from 'vitest';
import { Network, nowUs } from '../../bridge/index.js';
import type { FateSource } from '../../engine/impairment/fate.js';
import {
  Fate,
  Impairment,
  type ImpairmentOptions,
  NO_IMPAIRMENT,
  PacketIdentity,
} from '../../engine/impairment/impairment.js';
import { Relay } from '../../engine/impairment/relay.js';
import { parseTrace, Trace, TraceRecorder, TraceReplay } from '../../engine/impairment/trace.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';

const GROUP = '239.255.77.78';
const STRIDE = 2048;
const PACKET_BYTES = 80;
/** After the last packet expected: for those that nobody expects. */
const SETTLE_US = 60_000;
const ARRIVE_US_MAX = 10_000_000;

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

/** An engine's place at one side: sends packets it can name, and notes which ones it hears. */
class End {
  readonly heard: { name: string; atUs: number }[] = [];
  private readonly network: Network;
  private readonly view: DataView;

  constructor(
    readonly port: number,
    private readonly senderId: number,
  ) {
    const sendSlab = new ArrayBuffer(STRIDE);
    this.view = new DataView(sendSlab);
    this.network = new Network({
      ...{ interfaceAddresses: ['127.0.0.1'], group: GROUP, port, ttl: 1, loop: true, sendSlab },
      ...{ receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20, datagramStride: STRIDE, batchMax: 64 },
      doorbell: false,
    });
    opened.push(this.network);
  }

  send(type: number, sequence: number, burstIndex: number): void {
    this.view.setUint32(0, 0x54534f54, true);
    this.view.setUint8(5, type);
    this.view.setUint16(6, 1, true);
    this.view.setUint32(8, sequence, true);
    this.view.setUint8(24, burstIndex);
    this.view.setUint32(32, this.senderId, true);
    this.view.setUint16(40, 3, true);
    this.network.sendMeta[1] = PACKET_BYTES;
    expect(this.network.send(1)).toBe(1);
  }

  /** Its own packets come back to it on the loopback interface: those it leaves out. */
  listen(): void {
    const count = this.network.wait(0, 0, 0);
    for (let i = 0; i < count; i++) {
      const view = new DataView(this.network.receiveSlab, i * STRIDE, STRIDE);
      if (this.network.receiveMeta[4 * i] !== PACKET_BYTES) continue;
      if (view.getUint32(32, true) === this.senderId) continue;
      const name = `${view.getUint8(5)} ${view.getUint32(8, true)} ${view.getUint8(24)}`;
      this.heard.push({ name, atUs: nowUs() });
    }
  }
}

function setUp(impairment: ImpairmentOptions, fates?: FateSource): { relay: Relay; a: End; b: End } {
  const port = 40_000 + ((process.pid * 2) % 20_000);
  const side = (offset: number) => ({ address: '127.0.0.1', port: port + offset });
  const sides = { from: side(0), to: side(1), group: GROUP, ttl: 1, loop: true };
  const relay = new Relay({ ...sides, impairment, ...(fates && { fates }) });
  opened.push(relay);
  return { relay, a: new End(port, 0xa), b: new End(port + 1, 0xb) };
}

/** Sends three copies of each packet from one end, and lets as many arrive as must, and more if there are. */
function sendAll(
  relay: Relay,
  [from, to]: readonly [End, End],
  type: number,
  packets: number,
  expected: number,
): Map<string, number> {
  const sentUs = new Map<string, number>();
  const step = () => {
    relay.pass();
    to.listen();
    from.listen();
  };
  for (let sequence = 0; sequence < packets; sequence++) {
    for (let copy = 0; copy < 3; copy++) {
      sentUs.set(`${type} ${sequence} ${copy}`, nowUs());
      from.send(type, sequence, copy);
    }
    step();
  }
  const latestUs = nowUs() + ARRIVE_US_MAX;
  while (to.heard.length < expected && nowUs() < latestUs) step();
  const endUs = nowUs() + SETTLE_US;
  while (nowUs() < endUs) step();
  return sentUs;
}

/** What the model lets through, each as often as it says. */
function predicted(options: ImpairmentOptions, direction: number, type: number, packets: number): string[] {
  const model = new Impairment(options);
  const identity = new PacketIdentity();
  const fate = new Fate();
  const names: string[] = [];
  for (let sequence = 0; sequence < packets; sequence++) {
    for (let burstIndex = 0; burstIndex < 3; burstIndex++) {
      Object.assign(identity, { type, channel: 3, sequence, burstIndex });
      model.decide(direction, identity, fate);
      for (let copy = 0; copy < fate.copies; copy++) names.push(`${type} ${sequence} ${burstIndex}`);
    }
  }
  return names.sort();
}

const names = (end: End) => end.heard.map(({ name }) => name).sort();

describe('the relay', () => {
  it('loses and doubles exactly what the model says, both ways, and nothing goes round', () => {
    const options = {
      ...NO_IMPAIRMENT,
      seed: 11,
      lossAudio: 0.33,
      lossMidi: 0.66,
      duplicate: 0.1,
      jitterMs: 2,
    };
    const { relay, a, b } = setUp(options);
    const audio = predicted(options, 0, PACKET_TYPE.audio, 300);
    sendAll(relay, [a, b], PACKET_TYPE.audio, 300, audio.length);
    expect(names(b)).toEqual(audio);
    expect(names(a)).toEqual([]);
    const midi = predicted(options, 1, PACKET_TYPE.midi, 300);
    sendAll(relay, [b, a], PACKET_TYPE.midi, 300, midi.length);
    expect(names(a)).toEqual(midi);

    const [forth, back] = relay.counts().directions;
    const lost = 900 - new Set(audio).size;
    expect(forth.types.audio).toMatchObject({ seen: 900, dropped: lost, forwarded: b.heard.length });
    expect(back.types.midi).toMatchObject({ seen: 900, forwarded: a.heard.length });
    expect(forth.types.midi).toBeUndefined();
    expect(back.echoes).toBeGreaterThanOrEqual(b.heard.length);
    for (const way of [forth, back]) {
      expect(way).toMatchObject({ noRoom: 0, truncated: 0, sendErrors: 0, receiveErrors: 0 });
    }
  });

  it('passes everything on in order when nothing is asked of it', () => {
    const { relay, a, b } = setUp(NO_IMPAIRMENT);
    const sent = sendAll(relay, [a, b], PACKET_TYPE.audio, 200, 600);
    expect(b.heard.map(({ name }) => name)).toEqual([...sent.keys()]);
  });

  it('delays by what was asked for, never by less, and lets packets overtake', () => {
    const { relay, a, b } = setUp({ ...NO_IMPAIRMENT, delayMs: 10, reorder: 0.2, reorderHoldMs: 300 });
    const sentUs = sendAll(relay, [a, b], PACKET_TYPE.audio, 200, 600);
    expect(b.heard.length).toBe(600);
    for (const { name, atUs } of b.heard)
      expect(atUs - (sentUs.get(name) ?? 0)).toBeGreaterThanOrEqual(10_000);
    const order = [...sentUs.keys()];
    const overtaken = b.heard.filter(
      ({ name }, i) => order.indexOf(name) < order.indexOf(b.heard[i - 1]?.name ?? name),
    );
    expect(overtaken.length).toBeGreaterThan(0);
  });

  it('carries what is no packet at all, too', () => {
    const { relay, a, b } = setUp({ ...NO_IMPAIRMENT, lossAudio: 1, lossMidi: 1 });
    sendAll(relay, [a, b], 200, 5, 15); // an unknown type
    expect(names(b).length).toBe(15);
    expect(relay.counts().directions[0].types.unknown.seen).toBe(15);
  });

  it('a run that was recorded is played again: the same packets lost, doubled and broken', () => {
    const options = { ...NO_IMPAIRMENT, lossAudio: 0.4, burstPackets: 5, duplicate: 0.1, corrupt: 0.1 };
    const recorder = new TraceRecorder(new Impairment(options));
    const first = setUp(options, recorder);
    sendAll(first.relay, [first.a, first.b], PACKET_TYPE.audio, 200, 300);
    const [counted] = first.relay.counts().directions;
    for (const one of opened.splice(0)) one.close();

    const trace = parseTrace(recorder.take(), 'run.trace');
    if (!(trace instanceof Trace)) throw new Error(trace.message);
    const { relay, a, b } = setUp(NO_IMPAIRMENT, new TraceReplay(trace));
    sendAll(relay, [a, b], PACKET_TYPE.audio, 200, first.b.heard.length);
    const { dropped, duplicated, corrupted, forwarded } = counted.types.audio;
    expect(Math.min(dropped, duplicated, corrupted)).toBeGreaterThan(10);
    const again = relay.counts().directions[0].types.audio;
    expect(again).toMatchObject({ seen: 600, dropped, duplicated, corrupted, forwarded });
    // A broken name is another one, and which bits are inverted belongs to the seed.
    const whole = (end: End) => names(end).filter((name) => /^2 \d{1,3} [012]$/.test(name));
    const broken = forwarded - whole(first.b).length;
    expect(broken).toBeLessThanOrEqual(corrupted);
    expect(Math.abs(whole(b).length - whole(first.b).length)).toBeLessThanOrEqual(corrupted);
  });

  it('nothing passes while the line is cut', () => {
    const { relay, a, b } = setUp({
      ...NO_IMPAIRMENT,
      partitions: [{ fromMs: 0, toMs: 3_600_000, everyMs: 0 }],
    });
    sendAll(relay, [a, b], PACKET_TYPE.audio, 20, 0);
    expect(b.heard).toEqual([]);
    expect(relay.counts().directions[0].types.audio).toMatchObject({ seen: 60, dropped: 60, cut: 60 });
  });
});
