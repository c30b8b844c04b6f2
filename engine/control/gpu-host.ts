// The GPU, as the control thread has it: looked at in a child process, worked by a thread of its own, watched, and
// tried again when it is lost. Whatever happens here, the engine thread goes on with the processor.
//
//   off -> probing -> off (kept by the processor, with the reason)
//                  -> none -> (waits) -> probing ..
//                  -> starting -> working -> lost -> (waits) -> probing ..
import { join } from 'node:path';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { createPipelineMemory, Mailbox, type PipelineMemory } from '../gpu/pipeline/mailbox.js';
import type { StageName } from '../gpu/pipeline/stages.js';
import { type ProbeMode, probeGpu } from '../gpu/probe.js';
import {
  type BackendName,
  chooseStages,
  type ProbeReport,
  reasonForNone,
  type StageChoice,
} from '../gpu/probe-report.js';
import type { FromGpu, GpuThreadData, ToGpu } from '../worker/gpu-messages.js';
import type { Log } from './log.js';
import { PACKAGE_ROOT } from './package-root.js';

const GPU_THREAD = join(PACKAGE_ROOT, 'dist', 'engine', 'worker', 'gpu-thread.js');
const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 60_000;
/** Where nobody asked for a GPU, it is looked for less often: a look costs a quarter of a second of a core. */
const LOOK_MS_MIN = 30_000;
const LOOK_MS_MAX = 900_000;
/** Who worked for so long has earned a quick retry. */
const STEADY_MS = 60_000;
const WATCH_MS = 500;
/** A batch that takes longer hangs. */
const HANG_MS = 3000;
const STOP_MS = 2000;

export type GpuState = 'off' | 'probing' | 'starting' | 'working' | 'waiting';

export interface GpuStatus {
  readonly wanted: BackendName;
  readonly state: GpuState;
  /** '' while all is well, else why it isn't working. */
  readonly why: string;
  readonly adapter: string;
  readonly software: boolean;
  readonly stages: readonly StageChoice[];
  readonly starts: number;
  readonly losses: number;
  /** Of the batches of this start: bytes copied by the processor, on the device, and that were to be moved. */
  readonly copies: {
    readonly hostBytes: number;
    readonly deviceBytes: number;
    readonly payloadBytes: number;
    readonly perByte: number;
  };
}

export class GpuHost {
  readonly memory: PipelineMemory = createPipelineMemory();
  private readonly mailbox = new Mailbox(this.memory);
  private wanted: BackendName = 'cpu';
  private adapterName = '';
  private state: GpuState = 'off';
  private why = 'backend is cpu';
  private report: ProbeReport | null = null;
  private stages: StageChoice[] = chooseStages('cpu', '');
  private worker: Worker | null = null;
  private watch: NodeJS.Timeout | null = null;
  private retry: NodeJS.Timeout | null = null;
  private retryMs = RETRY_MS_MIN;
  /** Since it was configured, looks that found nothing. */
  private misses = 0;
  private startedMs = 0;
  private starts = 0;
  private losses = 0;
  private probing: AbortController | null = null;
  private stopped = false;

  /** @param pace of the waits between two tries: 1, but in tests */
  constructor(
    private readonly log: Log,
    private readonly look = probeGpu,
    private readonly pace = 1,
  ) {}

  /** Follows the configuration. [control-thread] */
  configure(wanted: BackendName, adapterName: string): void {
    if (this.stopped || (wanted === this.wanted && adapterName === this.adapterName)) return;
    this.wanted = wanted;
    this.adapterName = adapterName;
    this.retryMs = this.retryMsMin;
    this.misses = 0;
    this.rest(wanted === 'cpu' ? 'off' : 'probing', wanted === 'cpu' ? 'backend is cpu' : '');
    void this.restart();
  }

  status(): GpuStatus {
    const { wanted, state, why, stages, starts, losses, mailbox } = this;
    const report = this.report ?? { adapterName: '', software: false };
    const [hostBytes, deviceBytes, payloadBytes] = (
      ['hostBytes', 'deviceBytes', 'payloadBytes'] as const
    ).map((name) => mailbox.figure(name));
    const perByte = payloadBytes > 0 ? Math.round(((hostBytes + deviceBytes) / payloadBytes) * 100) / 100 : 0;
    return {
      ...{ wanted, state, why, adapter: report.adapterName, software: report.software },
      // While the device is away, the processor does everything.
      stages:
        state === 'working'
          ? stages
          : stages.map(({ name, on, why: of }) => ({
              name,
              on: 'cpu',
              why: on === 'gpu' ? why || state : of,
            })),
      ...{ starts, losses, copies: { hostBytes, deviceBytes, payloadBytes, perByte } },
    };
  }

  /** As if the driver had dropped it. [control-thread] */
  loseDevice(): void {
    this.worker?.postMessage({ kind: 'lose' } satisfies ToGpu);
    this.mailbox.ring();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.end();
  }

  private async restart(): Promise<void> {
    const { wanted } = this;
    await this.end();
    if (this.stopped || wanted !== this.wanted) return;
    this.report = null;
    this.stages = chooseStages(wanted, 'not looked at yet');
    if (wanted === 'cpu') return this.rest('off', 'backend is cpu');
    await this.probe();
  }

  /** In a child process; what was measured once is not measured again after a loss. */
  private async probe(): Promise<void> {
    this.state = 'probing';
    const probing = new AbortController();
    this.probing = probing;
    const found = await this.look(this.probeMode(), this.adapterName, probing.signal);
    if (this.stopped || this.probing !== probing) return;
    this.probing = null;
    if (typeof found === 'string') return this.miss(found);
    const { report } = this;
    if (report !== null && report.adapterName !== found.adapterName) {
      this.report = null; // another one than was measured
      return this.probe();
    }
    this.report = report ?? found;
    this.stages = chooseStages(this.wanted, this.report);
    const given = this.stages.filter(({ on }) => on === 'gpu').map(({ name }) => name);
    if (given.length === 0) this.rest('off', reasonForNone(this.stages));
    else this.start(given);
  }

  private probeMode(): ProbeMode {
    if (this.report !== null) return 'look';
    return this.wanted === 'gpu' ? 'measure' : 'measure-hardware';
  }

  /** There is none, or it can't be used: that may change, a driver may come back or be installed. */
  private miss(why: string): void {
    if (this.report === null) this.stages = chooseStages(this.wanted, why);
    this.rest('waiting', why);
    if (this.misses++ === 0) this.log(`GPU: ${why}; the processor does everything, looked for again later`);
    this.tryAgain();
  }

  private get retryMsMin(): number {
    return this.pace * (this.wanted === 'gpu' ? RETRY_MS_MIN : LOOK_MS_MIN);
  }

  private start(stages: readonly StageName[]): void {
    const { memory, adapterName } = this;
    this.state = 'starting';
    this.starts++;
    const data: GpuThreadData = { memory, adapterName, stages, software: this.report?.software === true };
    const worker = new Worker(GPU_THREAD, { workerData: data, env: SHARE_ENV, name: 'gpu' });
    this.worker = worker;
    let why = '';
    worker.on('message', (message: FromGpu) => {
      if (message.kind === 'gone') why = message.why;
      else if (this.worker === worker) this.begin(message.adapterName, stages);
    });
    worker.on('error', (error) => {
      why = error.message;
    });
    worker.once('exit', () => {
      if (this.worker === worker) this.lose(why || 'the GPU thread ended');
    });
  }

  private begin(adapterName: string, stages: readonly StageName[]): void {
    this.state = 'working';
    this.why = '';
    this.startedMs = performance.now();
    this.log(`GPU: ${stages.join(', ')} on ${adapterName}`);
    let batches = -1;
    let sinceMs = performance.now();
    this.watch = setInterval(() => {
      const done = this.mailbox.figure('batches');
      if (done !== batches || !this.mailbox.isWaiting) {
        batches = done;
        sinceMs = performance.now();
      } else if (performance.now() - sinceMs > HANG_MS) {
        sinceMs = Number.POSITIVE_INFINITY;
        if (this.worker !== null) this.drop(this.worker);
      }
    }, WATCH_MS);
  }

  /** Unexpectedly: the processor has taken over already, nobody waits. */
  private lose(why: string): void {
    this.forget();
    this.losses++;
    // Who had one is without it now: it is tried again soon, whoever asked for it.
    if (performance.now() - this.startedMs > STEADY_MS || this.losses === 1) {
      this.retryMs = this.pace * RETRY_MS_MIN;
    }
    this.rest('waiting', why);
    this.log(`GPU: ${why}; the processor goes on, tried again in ${this.retryMs / 1000} s`);
    this.tryAgain();
  }

  private tryAgain(): void {
    this.retry = setTimeout(() => {
      this.retry = null;
      void this.probe();
    }, this.retryMs);
    const most = this.pace * (this.wanted === 'gpu' ? RETRY_MS_MAX : LOOK_MS_MAX);
    this.retryMs = Math.min(most, 2 * this.retryMs);
  }

  private rest(state: GpuState, why: string): void {
    this.state = state;
    this.why = why;
  }

  /** Nothing may be written by it any more, nothing is waited for. */
  private forget(): void {
    this.worker = null;
    if (this.watch !== null) clearInterval(this.watch);
    this.watch = null;
    this.mailbox.setStages(0);
    this.mailbox.failAll();
  }

  /**
   * A thread that hangs: its device is taken away, and it ends by itself. Terminated in the midst of Dawn's callbacks it
   * would take the process with it; that is left for a driver that never returns.
   */
  private drop(worker: Worker): void {
    worker.postMessage({ kind: 'lose' } satisfies ToGpu);
    this.mailbox.ring();
    const late = setTimeout(() => void worker.terminate(), STOP_MS);
    worker.once('exit', () => clearTimeout(late));
  }

  private async end(): Promise<void> {
    this.probing?.abort();
    this.probing = null;
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
    const { worker } = this;
    this.forget();
    if (worker === null) return;
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage({ kind: 'stop' } satisfies ToGpu);
    this.mailbox.ring();
    const late = setTimeout(() => this.drop(worker), STOP_MS);
    await exited;
    clearTimeout(late);
  }
}
