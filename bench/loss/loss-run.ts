// One sender, a lossy line, and receivers that differ in their receive latency and meet the same losses:
//
//   host -> send path -> simulated line -> receive path -> host       all but hosts and line is what the engine runs
import type { StreamColumn } from '../../engine/base/metrics-slab.js';
import type { Fate, FateSource, PacketIdentity } from '../../engine/impairment/fate.js';
import { Impairment, NO_IMPAIRMENT } from '../../engine/impairment/impairment.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';
import { type Host, Simulation } from '../../test/simulation/support/simulation.js';
import type { EngineOptions, VirtualEngine } from '../../test/simulation/support/virtual-engine.js';
import { compareStreams, findDelay, interleaved } from './compare-streams.js';
import { CpuMeter } from './cpu-meter.js';
import { type Music, SAMPLE_RATE } from './music.js';

export const MODES = ['none', 'burst', 'jellie', 'fec'] as const;
export type Mode = (typeof MODES)[number];

export interface LossRunOptions {
  readonly mode: Mode;
  /** Of mode fec. */
  readonly bytesRatio: number;
  /** Of mode burst. */
  readonly copies: number;
  /** 0..1, the mean. */
  readonly loss: number;
  /** Mean length of a loss burst in datagrams; 0: independent loss. */
  readonly burstPackets: number;
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
  readonly seed: number;
  /** Before what is judged: everything has found its place by then. */
  readonly settleSeconds?: number;
  /** The receiver, which must be the only one, has a GPU. */
  readonly gpu?: EngineOptions['gpu'];
  /** Told what each receiver heard. */
  readonly onHeard?: (heard: Heard) => void;
}

export interface Heard {
  readonly latencyMs: number;
  /** Interleaved. */
  readonly samples: Float32Array;
  /** Frames judged, as they were sent, and how much later they were heard. */
  readonly range: readonly [number, number];
  readonly delay: number;
  readonly engine: VirtualEngine;
}

export interface LossFigures {
  readonly latencyMs: number;
  /** Frames judged. */
  readonly frames: number;
  readonly exact: number;
  /** Frames that the engine played as they came or restored, that it estimated, of all that it played. */
  readonly delivered: number;
  readonly concealed: number;
  readonly played: number;
  readonly gapsPerMinute: number;
  readonly segSnrDb: number;
  /** Bytes of AUDIO and REPAIR datagrams for each frame of the stream. */
  readonly bytesPerFrame: number;
  /** Processor time of both paths against time. */
  readonly cpuShare: number;
}

const BLOCK_FRAMES = 64;
const START_US = 100_000;
const SETTLE_SECONDS = 1;
/** Goes on so long: what is judged has been heard by then. */
const TAIL_SECONDS = 0.25;
const DELAY_FRAMES_MAX = 6000;
const PROBE_SECONDS = 4;

/** The code follows what receivers announce, the smallest latency first: each latency gets a sender of its own. */
export function runLoss(options: LossRunOptions, music: Music): LossFigures[] {
  const { mode, latenciesMs } = options;
  if (mode !== 'fec') return runTogether(options, music);
  return latenciesMs.flatMap((latencyMs) => runTogether({ ...options, latenciesMs: [latencyMs] }, music));
}

function runTogether(options: LossRunOptions, music: Music): LossFigures[] {
  const { mode, loss, burstPackets, seed, seconds, settleSeconds: settle = SETTLE_SECONDS } = options;
  const line = new SameForAll(
    new Impairment({
      ...NO_IMPAIRMENT,
      seed,
      lossAudio: loss,
      lossMidi: loss,
      lossOther: loss,
      burstPackets,
    }),
  );
  const simulation = new Simulation({}, line);
  const meter = new CpuMeter();
  const { bytesRatio, copies, latenciesMs } = options;
  const settings = { bytesRatio, copies, audioSpacingUs: 1500, repairWindowPackets: 0 };
  const sender = simulation.addEngine({ settings, meter });
  const receivers = latenciesMs.map((latencyMs) => new Receiver(simulation, latencyMs, options));
  let bytes = 0;
  simulation.onTransmit = (_from, datagram) => {
    line.next();
    const type = datagram[5];
    if (type === PACKET_TYPE.audio || type === PACKET_TYPE.repair) bytes += datagram.length;
  };
  simulation.run(START_US);
  simulation.addHost(sender, 0, {
    plugin: { redundancy: MODES.indexOf(mode) },
    block: () => BLOCK_FRAMES,
    signal: (channel, frame) => music.sample(channel, frame),
    startUs: START_US,
  });
  // As the receivers' announcements would say, here of a stream that has just begun.
  simulation.at(START_US + 50_000, () => {
    const reception = { channel: 1, worstLoss: loss, latencyMsMin: Math.min(...latenciesMs) };
    sender.send.hearReceptions([reception], simulation.nowUs);
  });
  const runUntil = (second: number, each: (receiver: Receiver) => void): void => {
    for (const receiver of receivers) {
      // What was sent until then is played a latency later.
      simulation.run(START_US + second * 1e6 + receiver.latencyMs * 1000);
      each(receiver);
    }
  };
  simulation.run(START_US + settle * 1e6);
  const cpuBeforeUs = meter.us;
  runUntil(settle, (receiver) => receiver.begin());
  simulation.run(START_US + (settle + seconds) * 1e6);
  const sendShare = (meter.us - cpuBeforeUs) / (seconds * 1e6);
  runUntil(settle + seconds, (receiver) => receiver.end());
  const bytesPerFrame = bytes / sender.total('captured', PACKET_TYPE.audio, 1);
  simulation.run(START_US + (settle + seconds + TAIL_SECONDS) * 1e6);
  return receivers.map((receiver) => ({ ...receiver.figures(music, seconds, sendShare), bytesPerFrame }));
}

const NOTHING = { cpuUs: 0, received: 0, recovered: 0, concealed: 0, played: 0 };

class Receiver {
  private readonly meter = new CpuMeter();
  private readonly engine: VirtualEngine;
  private readonly host: Host;
  private before = NOTHING;
  private after = NOTHING;

  constructor(
    simulation: Simulation,
    readonly latencyMs: number,
    private readonly options: LossRunOptions,
  ) {
    const { gpu } = options;
    this.engine = simulation.addEngine(gpu ? { meter: this.meter, gpu } : { meter: this.meter });
    this.host = simulation.addHost(this.engine, 0, {
      plugin: { mode: 'receive', latencyMs },
      block: () => BLOCK_FRAMES,
    });
  }

  begin(): void {
    this.before = this.counts();
  }
  end(): void {
    this.after = this.counts();
  }

  figures(music: Music, seconds: number, sendShare: number): Omit<LossFigures, 'bytesPerFrame'> {
    const { before, after } = this;
    const heard = interleaved(this.host.plugin.heard);
    const from = (this.options.settleSeconds ?? SETTLE_SECONDS) * SAMPLE_RATE;
    const to = from + seconds * SAMPLE_RATE;
    const start = (START_US * SAMPLE_RATE) / 1e6;
    const probe = [from, Math.min(to, from + PROBE_SECONDS * SAMPLE_RATE)] as const;
    const delay = findDelay(music, heard, probe, [start, start + DELAY_FRAMES_MAX]);
    const { engine, latencyMs } = this;
    this.options.onHeard?.({ latencyMs, samples: heard, range: [from, to], delay, engine });
    const compared = compareStreams(music, heard, [from, to], Math.max(0, delay));
    const cpuUs = after.cpuUs - before.cpuUs;
    return {
      latencyMs: this.latencyMs,
      frames: compared.frames,
      exact: compared.exact,
      delivered: after.received - before.received + after.recovered - before.recovered,
      concealed: after.concealed - before.concealed,
      played: after.played - before.played,
      gapsPerMinute: (compared.gaps * 60) / seconds,
      segSnrDb: compared.segSnrDb,
      cpuShare: sendShare + cpuUs / (seconds * 1e6),
    };
  }

  private counts(): typeof NOTHING {
    const total = (column: StreamColumn) => this.engine.total(column, PACKET_TYPE.audio, 0);
    return {
      cpuUs: this.meter.us,
      received: total('framesReceived'),
      recovered: total('framesRecovered'),
      concealed: total('framesConcealed'),
      played: total('framesPlayed'),
    };
  }
}

/** All receivers meet the same losses: what differs between them is their latency alone. */
class SameForAll implements FateSource {
  private lost = false;
  private decided = false;

  constructor(private readonly line: Impairment) {}

  /** Another datagram is sent. */
  next(): void {
    this.decided = false;
  }

  decide(_direction: number, packet: PacketIdentity, fate: Fate, atUs: number): void {
    if (!this.decided) {
      this.line.decide(0, packet, fate, atUs);
      this.lost = fate.lost;
      this.decided = true;
    }
    fate.clear();
    fate.lost = this.lost;
    fate.copies = this.lost ? 0 : 1;
  }
}
