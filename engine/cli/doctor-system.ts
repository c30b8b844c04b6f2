// doctor: what the system allows, and what is built and installed.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lockMemory, requestRealtime } from '../../bridge/index.js';
import type { Configuration } from '../control/configuration-table.js';
import { NativeMidiSystem } from '../control/midi-system-native.js';
import { PACKAGE_ROOT } from '../control/package-root.js';
import { type Check, failed, ok, warning } from './doctor-check.js';
import { HOST_PATH } from './host.js';

const BUILD_ADVICE = 'Build everything with: npm run build';

/** Leaves the process locked in memory: only for one that is about to end. [control-thread] */
export function checkPermissions({ realtimePriority }: Configuration): Check[] {
  const realtime = realtimePriority > 0 ? requestRealtime(realtimePriority) : '';
  requestRealtime(0);
  const memory = lockMemory();
  return [
    permission('real-time priority', realtime, `priority ${realtimePriority} is granted`),
    permission('locked memory', memory, 'granted'),
  ];
}

/** The system's refusals come with what to do after the first colon. */
function permission(name: string, refusal: string, granted: string): Check {
  if (refusal === '') return ok(name, granted);
  const colon = refusal.indexOf(': ');
  if (colon < 0) return warning(name, refusal, 'The engine runs without it, with more jitter.');
  return warning(
    name,
    refusal.slice(0, colon),
    `${refusal.slice(colon + 2)}. The engine runs without it, with more jitter.`,
  );
}

export function checkMidi(): Check {
  const system = new NativeMidiSystem();
  const { inputs, outputs } = system.list();
  const { unavailable } = system;
  system.close();
  if (unavailable) return warning('MIDI devices', unavailable, 'Only needed for MIDI devices without a DAW.');
  return ok('MIDI devices', `${inputs.length} inputs, ${outputs.length} outputs`);
}

interface PluginFormat {
  readonly name: string;
  readonly file: string;
  readonly folders: readonly string[];
}

/** Where hosts look, the user's own folder first. */
function pluginFormats(): PluginFormat[] {
  const home = homedir();
  const mac = join(home, 'Library', 'Audio', 'Plug-Ins');
  const isMac = process.platform === 'darwin';
  return [
    {
      name: 'CLAP plugin',
      file: 'JamBridge.clap',
      folders: isMac
        ? [join(mac, 'CLAP'), '/Library/Audio/Plug-Ins/CLAP']
        : [join(home, '.clap'), '/usr/lib/clap', '/usr/local/lib/clap'],
    },
    {
      name: 'VST3 plugin',
      file: 'JamBridge.vst3',
      folders: isMac
        ? [join(mac, 'VST3'), '/Library/Audio/Plug-Ins/VST3']
        : [join(home, '.vst3'), '/usr/lib/vst3', '/usr/local/lib/vst3'],
    },
  ];
}

export function checkPlugins(): Check[] {
  const host = existsSync(HOST_PATH)
    ? ok('plugin host', HOST_PATH)
    : failed('plugin host', 'not built', BUILD_ADVICE);
  return [...pluginFormats().map(checkPlugin), host];
}

function checkPlugin({ name, file, folders }: PluginFormat): Check {
  const built = join(PACKAGE_ROOT, 'build', file);
  const installed = folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
  if (installed) return ok(name, `installed: ${installed}`);
  if (!existsSync(built)) return failed(name, 'neither built nor installed', BUILD_ADVICE);
  const advice = `To use it in a DAW: mkdir -p ${folders[0]} && cp -r ${built} ${folders[0]}/`;
  return warning(name, `built (${built}), not installed`, advice);
}
