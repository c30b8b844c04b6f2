// Everybody who competes, behind one face.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../engine/control/package-root.js';
import { whyNoNamespaces } from '../../engine/demo/namespaces.js';
import { installedVersion, whyMissing } from '../support/packages.js';
import { BUILD_FOLDER } from '../support/programs.js';
import { GSTREAMER_RIVALS } from './gstreamer-rivals.js';
import { JACK_RIVALS } from './jack-rivals.js';
import { JackServer } from './jack-server.js';
import { JamBridgeDuo, type Ours } from './play-jambridge.js';
import { playRival, type Stage } from './play-rival.js';
import type { RunResult } from './run-result.js';
import type { Rival } from './system.js';

/** Whatever makes networks needs them. */
const NETWORK_PACKAGES = ['nftables', 'iproute2'];

export interface Contestant {
  readonly system: string;
  readonly variant: string;
  version(): string;
  /** '' when it can be played here. */
  whyNot(): string;
  /** Before its runs, and after them. */
  open(stage: Stage): Promise<void>;
  close(): Promise<void>;
  play(stage: Stage, trace: readonly boolean[]): Promise<RunResult>;
}

/** What nobody can do without; '' when it is all there. */
export function whyNotAtAll(): string {
  if (process.platform !== 'linux') return 'needs network namespaces, which only Linux has';
  return whyNoNamespaces() || whyMissing(NETWORK_PACKAGES);
}

function onJack(rival: Rival): Contestant {
  let jack: JackServer | undefined;
  return {
    ...{ system: rival.system, variant: rival.variant },
    version: () => installedVersion(rival.packages[0]),
    whyNot: () => whyMissing(['jackd2', ...rival.packages]),
    async open() {
      jack = new JackServer();
      await jack.ready();
    },
    async close() {
      await jack?.stop();
    },
    play: async (stage, trace) => {
      if (jack === undefined) throw new Error('there is no JACK server');
      return await playRival(rival, stage, jack, trace);
    },
  };
}

function jamBridge(ours: Ours): Contestant {
  let duo: JamBridgeDuo | undefined;
  const built = ['jambridge-host', 'JamBridge.clap'].map((name) => join(BUILD_FOLDER, name));
  return {
    system: 'JamBridge',
    variant: `${ours.carries === 'notes' ? 'MIDI' : ours.protection}, receive latency ${ours.latencyMs} ms`,
    version: ownVersion,
    whyNot: () => (built.every((path) => existsSync(path)) ? '' : 'not built; build it with: npm run build'),
    async open(stage) {
      duo = new JamBridgeDuo(ours, stage);
      await duo.startEngines();
    },
    close: async () => await duo?.close(),
    play: async (_, trace) => {
      if (duo === undefined) throw new Error('there are no engines');
      return await duo.play(trace);
    },
  };
}

function ownVersion(): string {
  const file = readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

export const CONTESTANTS: readonly Contestant[] = [
  jamBridge({ carries: 'sound', protection: 'fec', latencyMs: 12 }),
  jamBridge({ carries: 'sound', protection: 'fec', latencyMs: 5 }),
  jamBridge({ carries: 'sound', protection: 'burst', latencyMs: 12 }),
  jamBridge({ carries: 'sound', protection: 'none', latencyMs: 12 }),
  jamBridge({ carries: 'notes', protection: 'none', latencyMs: 12 }),
  ...[...JACK_RIVALS, ...GSTREAMER_RIVALS].map(onJack),
];
