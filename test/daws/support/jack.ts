// A JACK server without a sound card, for the DAWs that want one.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LiveProcess, until } from '../../live/support/live-process.js';

/** 4000 us at 48 kHz: of whole microseconds, so that its clock runs as the others of this machine do. */
export const JACK_BLOCK_FRAMES = 192;
const SHARED_MEMORY = '/dev/shm';
/** JACK's own limit on servers, dead ones included. */
const FULL = 'Too many servers already active';

export class Jack {
  constructor(
    private readonly run: (command: string, args: readonly string[]) => LiveProcess,
    /** What a short command said. */
    private readonly ask: (command: string, ...args: string[]) => string,
  ) {}

  async start(name: string): Promise<LiveProcess> {
    const first = await this.tryStart(name);
    if (first.running) return first;
    if (!first.stderr.concat(first.stdout).includes(FULL) || someJackRuns()) throw failure(first);
    forgetDeadServers();
    const second = await this.tryStart(name);
    if (!second.running) throw failure(second);
    return second;
  }

  private async tryStart(name: string): Promise<LiveProcess> {
    const driver = ['-d', 'dummy', '-r', '48000', '-p', String(JACK_BLOCK_FRAMES), '-C', '2', '-P', '2'];
    const jack = this.run('jackd', ['--no-realtime', '-t', '5000', '-n', name, ...driver]);
    const ready = () => !jack.running || this.ask('jack_lsp').includes('system:playback_2');
    await until('the JACK server', ready, { words: () => jack.stdout + jack.stderr });
    return jack;
  }
}

const failure = ({ stdout, stderr }: LiveProcess): Error => new Error(`jackd failed:\n${stdout}${stderr}`);

function someJackRuns(): boolean {
  return readdirSync('/proc').some((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/comm`, 'utf8').startsWith('jackd');
    } catch {
      return false; // ended meanwhile
    }
  });
}

/** Servers that were killed stay in JACK's registry. With none alive, all of it is theirs. */
function forgetDeadServers(): void {
  for (const name of readdirSync(SHARED_MEMORY)) {
    if (/^jack(-\d+-|-shm-|_)/.test(name))
      rmSync(join(SHARED_MEMORY, name), { recursive: true, force: true });
  }
}
