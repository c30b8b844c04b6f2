// A studio of a DAW test: a home with the plugin installed as a user would install it, an engine's segment, a
// place in the network, and the programs that run there.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveProcess } from '../../live/support/live-process.js';
import { type LiveWorld, PROGRAM } from '../../live/support/live-world.js';
import { LOOPBACK, type Place } from '../../live/support/places.js';
import { Jack } from './jack.js';

const ARDOUR = '/usr/lib/ardour7';
/** What Ardour's wrapper scripts set. */
const ARDOUR_ENV = {
  LD_LIBRARY_PATH: ARDOUR,
  ARDOUR_DLL_PATH: ARDOUR,
  ARDOUR_DATA_PATH: '/usr/share/ardour7',
  ARDOUR_CONFIG_PATH: '/etc/ardour7',
};

export class DawStudio {
  private readonly folder: string;
  private jack: LiveProcess | undefined;

  /** `letter` names the engine's segment, as in LiveWorld. */
  constructor(
    readonly world: LiveWorld,
    readonly letter: string,
    readonly place: Place = LOOPBACK,
  ) {
    this.folder = world.file(`studio-${letter}`);
    mkdirSync(join(this.folder, 'run'), { recursive: true, mode: 0o700 });
    this.installPlugins();
  }

  get segment(): string {
    return this.world.segmentPrefix + this.letter;
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): LiveProcess {
    const settings = Object.entries({ ...this.env, ...env }).map(([name, value]) => `${name}=${value}`);
    return this.world.run('env', [...settings, command, ...args], this.place);
  }

  async startJack(): Promise<void> {
    const jack = new Jack((command, args) => this.run(command, args), this.tryRun.bind(this));
    this.jack = await jack.start(this.jackName);
  }

  /** JACK remembers servers that were killed. */
  async close(): Promise<void> {
    await this.jack?.end('SIGTERM');
  }

  /** What a short command said; '' when it failed. */
  tryRun(command: string, ...args: string[]): string {
    const [program, all] = this.place.wrap(command, args);
    const env = { ...process.env, ...this.env };
    return spawnSync(program, all, { env, encoding: 'utf8', timeout: 5000 }).stdout ?? '';
  }

  get env(): Readonly<Record<string, string>> {
    return {
      HOME: this.folder,
      XDG_CONFIG_HOME: join(this.folder, '.config'),
      XDG_CACHE_HOME: join(this.folder, '.cache'),
      XDG_DATA_HOME: join(this.folder, '.local/share'),
      XDG_RUNTIME_DIR: join(this.folder, 'run'),
      JAMBRIDGE_SEGMENT: this.segment,
      JACK_NO_AUDIO_RESERVATION: '1',
      JACK_DEFAULT_SERVER: this.jackName,
    };
  }

  /** The same in every run: JACK keeps a place for each name for ever. */
  private get jackName(): string {
    return `jambridge-test-${this.letter}`;
  }

  private installPlugins(): void {
    const env = { ...process.env, ...this.env };
    execFileSync(process.execPath, [PROGRAM, 'install'], { env });
    // Ardour takes a module for stale that is as young as its own notes on it.
    const bundle = join(this.folder, '.vst3/JamBridge.vst3');
    const past = Date.now() / 1000 - 120;
    for (const name of readdirSync(bundle, { recursive: true })) {
      const path = join(bundle, String(name));
      if (statSync(path).isFile()) utimesSync(path, past, past);
    }
    execFileSync(join(ARDOUR, 'ardour-vst3-scanner'), ['-f', '-q', bundle], {
      env: { ...env, ...ARDOUR_ENV },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
}
