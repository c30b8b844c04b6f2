// Recovery through the stage, whatever comes back when: what is restored is what the decoder alone restores, each
// packet once. The twin stands in for the kernel; nothing here needs a GPU.
import { describe, expect, it } from 'vitest';
import { RlcDecoder } from '../../../engine/fec/rlc-decoder.js';
import { SYMBOL_HEADER_BYTES } from '../../../engine/fec/source-symbol.js';
import { Gf256RecoverJob } from '../../../engine/gpu/kernels/gf256-recover.js';
import { RecoverStage } from '../../../engine/gpu/pipeline/recover-stage.js';
import { Tick } from '../../../engine/gpu/pipeline/stage.js';
import { Gf256RecoverTwin } from '../../../engine/gpu/twins/gf256-recover.js';
import type { RemoteSource } from '../../../engine/path/remote-source.js';
import { Sender, type Sent, type SourcePacket, sourcePacket } from '../../fec/fec-support.js';
import { Random } from '../../fuzz/datagram-maker.js';

const BODY_MAX = 60;
const SYMBOL_BYTES = BODY_MAX + SYMBOL_HEADER_BYTES;
const PACKETS = 400;
const JOB_SIZES = { windowsMax: 4, rowsMax: 64, symbolsMax: 128, symbolBytes: SYMBOL_BYTES };

interface Line {
  readonly seed: number;
  readonly lossPercent: number;
  readonly window: number;
  /** Repair packets for each source packet. */
  readonly repairs: number;
  /** Ticks until a batch is back, at most; 0: by the next one. */
  readonly delayMax: number;
  /** Of a hundred batches. */
  readonly failedPercent?: number;
  /** Every so many ticks what is missing is due. */
  readonly dueEvery: number;
}

/** What arrives, out of order, a lost one left out; the sequence numbers wrap on the way. */
function arrivals({ seed, lossPercent, window, repairs }: Line, random: Random): Sent[][] {
  const sender = new Sender(32, BODY_MAX);
  const ticks: Sent[][] = Array.from({ length: PACKETS + 8 }, () => []);
  let repairSeed = seed;
  for (let i = 0; i < PACKETS; i++) {
    const source = sender.send(sourcePacket(0xffffff80 + i, 1 + random.below(BODY_MAX)));
    if (i === 0 || random.below(100) >= lossPercent) ticks[i + (i && random.below(3))].push({ source });
    for (let r = 0; r < repairs; r++) {
      const repair = sender.repair(window, repairSeed++);
      if (random.below(100) >= lossPercent) ticks[i + random.below(4)].push({ repair });
    }
  }
  return ticks;
}

/** Packets restored, as text. */
class Listener {
  readonly restored: string[] = [];
  private readonly came = new Set<number>();
  readonly decoder = new RlcDecoder(32, SYMBOL_BYTES);

  give(sent: Sent, held: boolean): void {
    const { decoder } = this;
    if ('source' in sent) {
      const { sequence, mediaTime, captureTimeUs, format, body }: SourcePacket = sent.source;
      this.came.add(sequence);
      decoder.addSource(sequence, mediaTime, captureTimeUs, format, body, 0, body.length);
    } else if (held) decoder.holdRepair(sent.repair.body, 0, sent.repair.body.length);
    else decoder.addRepair(sent.repair.body, 0, sent.repair.body.length);
    this.listen();
  }

  listen(): void {
    const { packet, slab } = this.decoder;
    while (this.decoder.takeRecovered()) {
      const body = slab.u8.subarray(packet.bodyOffset, packet.bodyOffset + packet.bodyBytes);
      this.restored.push(`${packet.sequence} ${packet.format} ${packet.mediaTimeLow} ${body.join()}`);
    }
  }

  /** Those that never came themselves: others may be restored before they come, or not. */
  get needed(): string[] {
    return this.restored.filter((text) => !this.came.has(Number.parseInt(text, 10))).sort();
  }
}

/** Both sides of the pipeline, with batches that take as long as they like. */
class Solver {
  private readonly job = new Gf256RecoverJob(JOB_SIZES);
  readonly stage = new RecoverStage([this.job]);
  private readonly twin = new Gf256RecoverTwin(SYMBOL_BYTES);
  private readonly tick = new Tick();
  private ticksLeft = -1;

  constructor(fec: RlcDecoder) {
    this.tick.sources = [{ audio: { fec } } as unknown as RemoteSource];
  }

  /** One tick of the engine. */
  pass({ delayMax, failedPercent = 0 }: Line, random: Random): void {
    if (this.ticksLeft >= 0) {
      if (--this.ticksLeft >= 0) return;
      this.stage.take(0, random.below(100) >= failedPercent);
      return;
    }
    if (!this.stage.fill(0, this.tick)) return;
    this.twin.run(this.job);
    this.ticksLeft = random.below(delayMax + 1);
  }
}

function play(line: Line): { alone: Listener; helped: Listener; solver: Solver } {
  const random = new Random(line.seed);
  const alone = new Listener();
  const helped = new Listener();
  const solver = new Solver(helped.decoder);
  for (const [at, tick] of arrivals(line, random).entries()) {
    for (const sent of tick) {
      alone.give(sent, false);
      helped.give(sent, true);
    }
    solver.pass(line, random);
    helped.listen();
    if (at % line.dueEvery === 0) helped.decoder.catchUp();
    helped.listen();
  }
  helped.decoder.catchUp();
  helped.listen();
  return { alone, helped, solver };
}

describe('what waits for somebody else', () => {
  const PATIENCE_US = 4000;

  /** Of four packets the third is lost, its repair packet is held; asked for at time 0. */
  function asked() {
    const sender = new Sender(32, BODY_MAX);
    const listener = new Listener();
    const stage = new RecoverStage([new Gf256RecoverJob(JOB_SIZES)]);
    const twin = new Gf256RecoverTwin(SYMBOL_BYTES);
    const tick = new Tick();
    tick.sources = [{ audio: { fec: listener.decoder } } as unknown as RemoteSource];
    const sendFour = (first: number) => {
      for (let i = 0; i < 4; i++) {
        const source = sender.send(sourcePacket(first + i, 20));
        if (i !== 2) listener.give({ source }, true);
      }
      listener.give({ repair: sender.repair(4, first) }, true);
    };
    sendFour(100);
    const overdue = (nowUs: number) => Number(listener.decoder.held?.openForUs(nowUs)) > PATIENCE_US;
    expect(overdue(0)).toBe(false);
    expect(stage.fill(0, tick)).toBe(true);
    for (const job of stage.jobs(0)) twin.run(job);
    return { listener, stage, sendFour, overdue };
  }

  it('is overdue when the answer takes too long, and no more once the decoder has done it', () => {
    const { listener, overdue } = asked();
    expect([overdue(4000), overdue(4001)]).toEqual([false, true]);
    expect(listener.decoder.catchUp()).toBe(true);
    expect(overdue(90_000)).toBe(false);
  });

  it('counts from when it was asked for, for what came meanwhile', () => {
    const { stage, sendFour, overdue } = asked();
    sendFour(104);
    stage.take(0, true);
    expect([overdue(4000), overdue(4001)]).toEqual([false, true]);
  });

  it('an answer that comes after the decoder has done it makes nothing older', () => {
    const { listener, stage, sendFour, overdue } = asked();
    expect(overdue(5000)).toBe(true);
    listener.decoder.catchUp();
    expect(overdue(5000)).toBe(false);
    sendFour(104);
    expect(overdue(6000)).toBe(false);
    stage.take(0, true);
    expect([overdue(10_000), overdue(10_001)]).toEqual([false, true]);
  });
});

describe('recovery by somebody else', () => {
  it.each<Line>([
    { seed: 1, lossPercent: 10, window: 8, repairs: 1, delayMax: 0, dueEvery: 1000 },
    { seed: 2, lossPercent: 33, window: 7, repairs: 2, delayMax: 1, dueEvery: 10 },
    { seed: 3, lossPercent: 33, window: 12, repairs: 2, delayMax: 4, dueEvery: 5 },
    { seed: 4, lossPercent: 50, window: 32, repairs: 2, delayMax: 2, dueEvery: 9 },
    { seed: 5, lossPercent: 66, window: 20, repairs: 3, delayMax: 9, dueEvery: 3 },
    { seed: 6, lossPercent: 20, window: 6, repairs: 1, delayMax: 60, dueEvery: 30 },
    { seed: 7, lossPercent: 33, window: 10, repairs: 2, delayMax: 2, dueEvery: 8, failedPercent: 30 },
  ])(
    'restores what the decoder restores: $lossPercent % lost, windows of $window, up to $delayMax ticks late',
    (line) => {
      const { alone, helped, solver } = play(line);
      expect(alone.needed.length).toBeGreaterThan(20);
      expect(helped.needed.filter((text) => !alone.needed.includes(text))).toEqual([]);
      expect(alone.needed.filter((text) => !helped.needed.includes(text))).toEqual([]);
      expect(new Set(helped.restored).size).toBe(helped.restored.length);
      const { asked, used, late, needless, refused, packets } = solver.stage.counts;
      expect(used).toBeGreaterThan(0);
      expect(packets).toBeLessThanOrEqual(helped.restored.length);
      expect(asked - used - late - needless - refused).toBeGreaterThanOrEqual(0);
      expect(asked - used - late - needless - refused).toBeLessThanOrEqual(1);
      if (line.delayMax < 3) expect(packets).toBeGreaterThan(alone.restored.length / 5);
    },
  );

  it('rows with a corrupt packet among them are given up, and nothing wrong comes out', () => {
    const random = new Random(9);
    const line = { seed: 9, lossPercent: 30, window: 8, repairs: 2, delayMax: 1, dueEvery: 10 };
    const helped = new Listener();
    const solver = new Solver(helped.decoder);
    for (const tick of arrivals(line, random)) {
      for (const sent of tick) {
        if ('repair' in sent && random.below(20) === 0) sent.repair.body[30] ^= 1 + random.below(255);
        helped.give(sent, true);
      }
      solver.pass(line, random);
      helped.listen();
    }
    const { refused, used } = solver.stage.counts;
    expect(refused).toBeGreaterThan(0);
    expect(used).toBeGreaterThan(0);
    expect(helped.decoder.counts.implausible).toBe(refused);
    const honest = play({ ...line, delayMax: 0 }).alone;
    const wrong = helped.needed.filter((text) => !honest.restored.includes(text));
    expect(wrong).toEqual([]);
    expect(helped.needed.length).toBeGreaterThan(20);
  });

  it("a batch of a stream that began anew is nobody's", () => {
    const helped = new Listener();
    const solver = new Solver(helped.decoder);
    const random = new Random(1);
    const line = { seed: 1, lossPercent: 30, window: 8, repairs: 2, delayMax: 0, dueEvery: 10 };
    for (const tick of arrivals(line, random)) for (const sent of tick) helped.give(sent, true);
    solver.pass(line, random);
    expect(solver.stage.counts.asked).toBe(1);
    helped.decoder.reset();
    solver.pass(line, random);
    helped.listen();
    expect(solver.stage.counts.needless).toBe(1);
    expect(helped.decoder.takeRecovered()).toBe(false);
  });
});
