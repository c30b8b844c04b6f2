// A tap as the receive path has it, without the sound: two delay-locked loops (the sender's clock from its
// packets, the host's from its calls), the ratio, and the position that it moves.
import { DelayLockedLoop, relativePpm } from '../../engine/drift/drift-estimator.js';
import { RatioController } from '../../engine/drift/ratio-controller.js';
import { Arrivals, type Clock, type Network } from './drift-support.js';

export interface PlayoutOptions {
  readonly sourceRate: number;
  readonly slotRate: number;
  readonly source: Clock;
  readonly slot: Clock;
  readonly network: Network;
  readonly latencyMs: number;
  readonly hostBlockFrames: number;
  /** Mean of the delay with which the host's calls come. */
  readonly hostJitterMs: number;
  readonly startFrame?: number;
}

export class PlayoutSimulation {
  readonly controller: RatioController;
  readonly sourceLoop = new DelayLockedLoop();
  readonly slotLoop = new DelayLockedLoop();
  /** Source position that is played at the end of the last block. */
  position = Number.NaN;
  seconds = 0;
  engagedSeconds = -1;
  /** Frames of a block that had not come by the time of its call. */
  underrunFrames = 0;
  /** From capture to playout: how far the position is off what it was at first, in source frames. */
  trueErrorFrames = 0;
  /** What the ratio changed by at most between two blocks. */
  stepPpmMax = 0;
  private readonly arrivals: Arrivals;
  private readonly nominal: number;
  private readonly latencyFrames: number;
  private slotFrame = 0;
  private newest = 0;
  private anchorError = 0;
  private readonly startFrame: number;

  constructor(
    private readonly options: PlayoutOptions,
    private readonly random: () => number,
  ) {
    const { sourceRate, slotRate, source, network } = options;
    this.controller = new RatioController(sourceRate, slotRate);
    this.sourceLoop.reset(sourceRate);
    this.slotLoop.reset(slotRate);
    this.arrivals = new Arrivals(source, network, random);
    this.nominal = sourceRate / slotRate;
    this.latencyFrames = Math.round((options.latencyMs * slotRate) / 1000);
    this.startFrame = options.startFrame ?? 0;
    this.arrivals.next();
  }

  /** The host's next call, and all packets that arrived before it. */
  block(): void {
    const { slot, hostBlockFrames, hostJitterMs, source } = this.options;
    const dueUs = slot.timeOf(this.slotFrame);
    const callUs = dueUs - Math.log(1 - this.random()) * hostJitterMs * 1000;
    this.receive(callUs);
    this.slotLoop.observe(this.startFrame + this.slotFrame, callUs);
    if (this.newest > 0 && Number.isNaN(this.position)) this.anchor(dueUs, callUs);
    if (!Number.isNaN(this.position)) {
      this.steer(callUs);
      this.position += hostBlockFrames * this.controller.ratio;
      this.underrunFrames += Math.max(0, Math.ceil(this.position - this.newest));
      const now = this.position - hostBlockFrames * this.controller.ratio - source.frameAt(dueUs);
      this.trueErrorFrames = now - this.anchorError;
    }
    this.slotFrame += hostBlockFrames;
    this.seconds = callUs / 1e6;
  }

  private receive(untilUs: number): void {
    const { arrivals } = this;
    while (arrivals.timeUs <= untilUs) {
      this.sourceLoop.observe(this.startFrame + arrivals.mediaFrame, arrivals.timeUs);
      this.newest = Math.max(this.newest, arrivals.mediaFrame + this.options.network.packetFrames);
      arrivals.next();
    }
  }

  private anchor(dueUs: number, callUs: number): void {
    this.position = Math.round(
      this.sourceLoop.frameAt(callUs, this.startFrame) - this.latencyFrames * this.nominal,
    );
    this.anchorError = this.position - this.options.source.frameAt(dueUs);
    this.controller.reset(callUs);
  }

  private steer(callUs: number): void {
    const { controller, sourceLoop, slotLoop } = this;
    const asked = slotLoop.frameAt(callUs, this.startFrame);
    const played = this.position + (asked - this.slotFrame) * controller.ratio;
    const error = played - (sourceLoop.frameAt(callUs, this.startFrame) - this.latencyFrames * this.nominal);
    const before = controller.ratio;
    const uncertainty = sourceLoop.uncertaintyPpm + slotLoop.uncertaintyPpm;
    controller.observe(callUs, relativePpm(sourceLoop, slotLoop), uncertainty, error);
    this.stepPpmMax = Math.max(this.stepPpmMax, Math.abs(controller.ratio / before - 1) * 1e6);
    if (controller.engaged && this.engagedSeconds < 0) this.engagedSeconds = callUs / 1e6;
  }
}
