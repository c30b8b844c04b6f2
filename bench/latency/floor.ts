// The floor of the latency: plain C programs that do the least that must be done.
import { BenchProcess } from '../support/processes.js';
import { FLOOR_RECEIVER, FLOOR_SENDER } from '../support/programs.js';
import { judgedRounds, type Schedule, scheduleArgs } from '../support/schedule.js';
import { GROUP, LOOPBACK } from '../support/studio.js';

/** The phases that the programs know (bench/native/floor-packet.h). */
export const PHASE = { engines: 0, direct: 1, relayed: 2 } as const;
export const PHASES = 3;

export interface FloorOptions {
  readonly wait: 'blocking' | 'spinning';
  readonly port: number;
  readonly packetBytes: number;
  /** Nothing is sent before it. */
  readonly firstRound: number;
  readonly every: number;
  readonly priority: number;
  readonly senderPriority: number;
}

interface FloorResult {
  readonly granted: boolean;
  /** [phase, round, nanoseconds] */
  readonly samples: readonly (readonly [number, number, number])[];
}

/** One-way durations in microseconds, by round. */
export interface FloorTimes {
  readonly granted: boolean;
  readonly direct: number[][];
  readonly relayed: number[][];
}

export class FloorPrograms {
  private readonly sender: BenchProcess;
  private readonly receiver: BenchProcess;

  constructor(
    private readonly schedule: Schedule,
    { wait, port, packetBytes, firstRound, every, priority, senderPriority }: FloorOptions,
  ) {
    const where = ['--interface', LOOPBACK, '--group', GROUP, '--port', String(port)];
    const common = [...scheduleArgs(schedule), ...where, '--wait', wait, '--priority', String(priority)];
    const when = ['--every', String(every), '--first-round', String(firstRound)];
    const sending = ['--bytes', String(packetBytes), ...when];
    this.receiver = new BenchProcess({ name: 'the floor receiver', command: FLOOR_RECEIVER, args: common });
    this.sender = new BenchProcess({
      name: 'the floor sender',
      command: FLOOR_SENDER,
      args: [...common, ...sending, '--sender-priority', String(senderPriority)],
    });
  }

  async times(): Promise<FloorTimes> {
    const code = await this.sender.ended;
    if (code !== 0) throw new Error(this.sender.failure(`ended with exit code ${code}`));
    const { granted, samples } = (await this.receiver.result()) as FloorResult;
    const roundsOf = (phase: number): number[][] =>
      judgedRounds(
        Array.from({ length: this.schedule.rounds }, (_, round) =>
          samples.filter((sample) => sample[0] === phase && sample[1] === round).map(([, , ns]) => ns / 1000),
        ),
        1,
        this.schedule,
      ).flat();
    return { granted, direct: roundsOf(PHASE.direct), relayed: roundsOf(PHASE.relayed) };
  }

  kill(): void {
    this.sender.kill();
    this.receiver.kill();
  }
}
