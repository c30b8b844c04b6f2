// What the project needs from the system. On Debian and its relatives a missing package is installed
// when we are root; otherwise the user is told the one command.
import { existsSync } from 'node:fs';
import { run } from './run.mjs';
import { Refusal, say } from './say.mjs';
import { vulkanPackages } from './software-vulkan.mjs';

// 'a|b': either will do, the first is the one installed.
const RUN_PACKAGES = [
  'g++',
  'cmake',
  'ninja-build|make',
  'dpf-source', // the CLAP and VST3 C headers
  'iproute2',
  'nftables',
  'libasound2|libasound2t64', // for the MIDI devices of @julusian/midi
];
// Real hosts for the plugin, a display and a sound server for them, the headers of ALSA's sequencer.
const DAW_PACKAGES = ['ardour', 'qtractor', 'jackd2', 'xvfb', 'imagemagick', 'libasound2-dev'];
const WINDOWS_PACKAGES = ['g++-mingw-w64-x86-64-posix', 'wine64', 'cmake', 'ninja-build|make', 'dpf-source'];
const TEST_PACKAGES = ['git', 'clang-format', 'clang-tidy', 'util-linux', 'strace'];

/** Installs the packages that are missing. Needs a fraction of a second when there are none. */
export async function ensureDebianPackages({ forTests }) {
  const needed = [...RUN_PACKAGES, ...vulkanPackages()];
  await ensurePackages(forTests ? [...needed, ...TEST_PACKAGES] : needed);
}

/** Ardour and Qtractor, and what they need to run where nobody looks. About 35 MB. */
export const ensureDaws = () => ensurePackages(DAW_PACKAGES);

/** A compiler for Windows, and Wine. About 170 MB. */
export const ensureWindowsTools = () => ensurePackages(WINDOWS_PACKAGES);

async function ensurePackages(wanted) {
  if (!existsSync('/usr/bin/dpkg-query')) return sayWhatIsNeeded(wanted);
  const installed = await installedPackages(wanted.flatMap((entry) => entry.split('|')));
  const missing = wanted
    .filter((entry) => !entry.split('|').some((name) => installed.has(name)))
    .map((entry) => entry.split('|')[0]);
  if (missing.length === 0) return;

  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    throw new Refusal(
      `Debian packages are missing: ${missing.join(' ')}\nRun this once, then try again:\n\n` +
        `  sudo apt-get update && sudo apt-get ${install.join(' ')}\n`,
    );
  }
  say(`installing Debian packages: ${missing.join(' ')}`);
  const lock = ['-o', 'DPkg::Lock::Timeout=120'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // The lists of a fresh machine are empty or old: refresh them only when the first try fails.
  if ((await run('apt-get', [...lock, ...install], { env })).code === 0) return;
  await run('apt-get', [...lock, 'update'], { env });
  const { code, output } = await run('apt-get', [...lock, ...install], { env });
  if (code !== 0) throw new Refusal(`apt-get ${install.join(' ')} failed:\n${output.trimEnd()}`);
}

async function installedPackages(names) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const format = '-f=${Package} ${db:Status-Status}\\n';
  const { output } = await run('dpkg-query', ['-W', format, ...names]);
  const lines = output.split('\n').map((line) => line.trim().split(' '));
  return new Set(lines.filter(([, status]) => status === 'installed').map(([name]) => name));
}

function sayWhatIsNeeded(wanted) {
  say(`not a Debian system; what Debian calls ${wanted.join(', ')} must be there already`);
}
