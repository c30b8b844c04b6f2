// Which plugin files are built, and where hosts look for them, on each system.
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';
import { PACKAGE_ROOT } from '../control/package-root.js';

export interface PluginFormat {
  readonly name: 'CLAP' | 'VST3' | 'AU';
  /** A file, or a bundle: a folder that hosts take for one. */
  readonly file: string;
  /** Where hosts look: the user's own folder first, in which it is installed. */
  readonly folders: readonly string[];
}

export interface System {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const thisSystem = (): System => ({ platform: process.platform, home: homedir(), env: process.env });

/** [control-thread] */
export function pluginFormats(system: System = thisSystem()): PluginFormat[] {
  if (system.platform === 'darwin') return onDarwin(system);
  return system.platform === 'win32' ? onWindows(system) : onLinux(system);
}

/** Where the build leaves it. */
export const builtPath = ({ file }: PluginFormat): string => join(PACKAGE_ROOT, 'build', file);

/** Where we remember what was installed. */
export function receiptPath({ platform, home, env }: System = thisSystem()): string {
  if (platform === 'darwin') {
    return posix.join(home, 'Library', 'Application Support', 'JamBridge', 'installed.json');
  }
  if (platform === 'win32') return win32.join(localData(home, env), 'JamBridge', 'installed.json');
  const data = env.XDG_DATA_HOME || posix.join(home, '.local', 'share');
  return posix.join(data, 'jambridge', 'installed.json');
}

function onLinux({ home }: System): PluginFormat[] {
  const folders = (name: string) => [`${home}/.${name}`, `/usr/local/lib/${name}`, `/usr/lib/${name}`];
  return [
    { name: 'CLAP', file: 'JamBridge.clap', folders: folders('clap') },
    { name: 'VST3', file: 'JamBridge.vst3', folders: folders('vst3') },
  ];
}

function onDarwin({ home }: System): PluginFormat[] {
  const folders = (name: string) =>
    [home, ''].map((root) => posix.join(root || '/', 'Library', 'Audio', 'Plug-Ins', name));
  return [
    { name: 'CLAP', file: 'JamBridge.clap', folders: folders('CLAP') },
    { name: 'VST3', file: 'JamBridge.vst3', folders: folders('VST3') },
    { name: 'AU', file: 'JamBridge.component', folders: folders('Components') },
  ];
}

function onWindows({ home, env }: System): PluginFormat[] {
  const own = win32.join(localData(home, env), 'Programs', 'Common');
  const shared = env.COMMONPROGRAMFILES;
  const folders = (name: string) => [own, ...(shared ? [shared] : [])].map((root) => win32.join(root, name));
  return [
    { name: 'CLAP', file: 'JamBridge.clap', folders: folders('CLAP') },
    { name: 'VST3', file: 'JamBridge.vst3', folders: folders('VST3') },
  ];
}

const localData = (home: string, env: System['env']): string =>
  env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local');
