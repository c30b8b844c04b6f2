// A JACK server without a sound card, for the DAWs that want one.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LiveProcess, until } from '../../live/support/live-process.js';

/** 4000 us at 48 kHz: of whole microseconds, so that its clock runs as the others of this machine do. */
export const JACK_BLOCK_FRAMES = 192;
const SHARED_MEMORY = '/dev/shm';

export class Jack {
  constructor(
    private readonly run: (command: string, args: readonly string[]) => LiveProcess,
    /** What a short command said. */
    private readonly ask: (command: string, ...args: string[]) => string,
  ) {}

  async start(name: string): Promise<LiveProcess> {
    if (!someJackRuns()) forgetDeadServers();
    const jack = await this.tryStart(name);
    if (!jack.running) throw new Error(`jackd failed:\n${jack.stdout}${jack.stderr}`);
    return jack;
  }

  private async tryStart(name: string): Promise<LiveProcess> {
    const driver = ['-d', 'dummy', '-r', '48000', '-p', String(JACK_BLOCK_FRAMES), '-C', '2', '-P', '2'];
    const jack = this.run('jackd', ['--no-realtime', '-t', '5000', '-n', name, ...driver]);
    const ready = () => !jack.running || this.ask('jack_lsp').includes('system:playback_2');
    await until('the JACK server', ready, { words: () => jack.stdout + jack.stderr });
    return jack;
  }
}

function someJackRuns(): boolean {
  return readdirSync('/proc').some((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/comm`, 'utf8').startsWith('jackd');
    } catch {
      return false; // ended meanwhile
    }
  });
}

/**
 * Servers and clients that were killed stay in JACK's registry, and trouble those that come after them. With none
 * alive, all of it is theirs.
 */
function forgetDeadServers(): void {
  for (const name of readdirSync(SHARED_MEMORY)) {
    if (/^jack(-\d+-|-shm-|_)/.test(name))
      rmSync(join(SHARED_MEMORY, name), { recursive: true, force: true });
  }
}
