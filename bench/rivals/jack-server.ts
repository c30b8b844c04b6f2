// JACK without a sound card: its dummy driver, a server of our own name. Only one at a time.
import { BenchProcess } from '../support/processes.js';
import { RATE } from './piece.js';
import { PERIOD_FRAMES } from './system.js';

/** Always the same one: JACK remembers eight names of servers, and forgets none while the machine is up. */
const NAME = 'jambridge-rivals';
const READY_MS = 10_000;
const PRIORITY = 70;

export class JackServer {
  /** For every client. */
  readonly env: Readonly<Record<string, string>>;
  private readonly server: BenchProcess;

  constructor() {
    this.env = { JACK_DEFAULT_SERVER: NAME, JACK_NO_AUDIO_RESERVATION: '1', JACK_NO_START_SERVER: '1' };
    const clock = ['-d', 'dummy', '-r', String(RATE), '-p', String(PERIOD_FRAMES)];
    this.server = new BenchProcess({
      name: 'jackd',
      command: 'jackd',
      args: ['-n', NAME, '-R', '-P', String(PRIORITY), ...clock],
      env: this.env,
    });
  }

  /** Resolves when clients may come. */
  async ready(): Promise<void> {
    const wait = new BenchProcess({
      name: 'jack_wait',
      command: 'jack_wait',
      args: ['-s', NAME, '-w', '-t', String(READY_MS / 1000)],
      env: this.env,
    });
    if ((await wait.ended) !== 0 || !this.server.alive) throw new Error(this.server.failure('did not start'));
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
