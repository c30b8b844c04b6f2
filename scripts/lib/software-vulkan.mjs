// A Vulkan driver for machines without a GPU: Mesa's llvmpipe. Most systems' own package will do. Debian 12's is
// too old for Dawn, so there the driver alone is taken from the backports of the mirror that apt already uses,
// and unpacked below build/vulkan: 11 MB to fetch, nothing of the system is replaced, and it needs no root.
// SwiftShader would be 32 MB (inside Debian's chromium-common) and computes 3 to 10 times slower.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';
import { say } from './say.mjs';

const FOLDER = join(root, 'build/vulkan');
/** What the engine looks for (engine/gpu/vulkan-driver.ts). */
const MANIFEST = join(FOLDER, 'software.json');
const DRIVER = /^libvulkan_lvp\.so$/;

// What that driver is linked with, all from Debian 12 itself.
const BOOKWORM_LIBRARIES = [
  'libllvm15',
  'libdrm2',
  'libexpat1',
  'libwayland-client0',
  'libx11-xcb1',
  'libxcb1',
  'libxcb-dri3-0',
  'libxcb-present0',
  'libxcb-randr0',
  'libxcb-shm0',
  'libxcb-sync1',
  'libxcb-xfixes0',
  'libxshmfence1',
  'libzstd1',
];

/** Debian packages that a software Vulkan needs. */
export function vulkanPackages(release = codename()) {
  if (release === 'bookworm') return ['libvulkan1', ...BOOKWORM_LIBRARIES];
  return ['libvulkan1', 'mesa-vulkan-drivers'];
}

/** Fetches the driver where the system's own is too old. Without it everything works but the GPU's tests. */
export async function ensureSoftwareVulkan() {
  if (codename() !== 'bookworm' || existsSync(MANIFEST)) return;
  say('fetching a software Vulkan driver (11 MB)');
  const problem = await fetchDriver(join(FOLDER, 'fetch'));
  rmSync(join(FOLDER, 'fetch'), { recursive: true, force: true });
  if (problem !== '') say(`no software Vulkan driver, so the GPU path needs a real one: ${problem}`);
}

function codename() {
  if (!existsSync('/etc/os-release')) return '';
  return readFileSync('/etc/os-release', 'utf8').match(/^VERSION_CODENAME="?(\w+)/m)?.[1] ?? '';
}

/** Returns what went wrong, or ''. */
async function fetchDriver(work) {
  const mirror = await debianMirror();
  if (mirror === '') return 'apt names no Debian mirror';
  for (const folder of ['lists/partial', 'cache/archives/partial', 'unpacked'])
    mkdirSync(join(work, folder), { recursive: true });
  writeFileSync(join(work, 'backports.list'), `deb ${mirror} bookworm-backports main\n`);
  const options = privateApt(work);
  const update = await run('apt-get', [...options, 'update']);
  const download = await run('apt-get', [...options, 'download', 'mesa-vulkan-drivers'], { cwd: work });
  const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
  if (archive === undefined) return lastLine(download.output) || lastLine(update.output) || 'nothing came';
  const unpacking = await run('dpkg-deb', ['-x', join(work, archive), join(work, 'unpacked')]);
  const path = readdirSync(join(work, 'unpacked'), { recursive: true, withFileTypes: true })
    .filter((entry) => DRIVER.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))[0];
  if (path === undefined) return lastLine(unpacking.output) || 'the package holds no llvmpipe';
  renameSync(path, join(FOLDER, 'libvulkan_lvp.so'));
  // Relative to the manifest, so that the tree may be moved.
  const icd = { api_version: '1.4.305', library_path: './libvulkan_lvp.so' };
  writeFileSync(MANIFEST, `${JSON.stringify({ file_format_version: '1.0.0', ICD: icd }, null, 2)}\n`);
  return '';
}

/** Lists and archives in a folder of our own: the system's apt neither sees nor lends anything but its keys. */
function privateApt(work) {
  const settings = {
    'Dir::Etc::sourcelist': join(work, 'backports.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
    'APT::Sandbox::User': 'root',
    'APT::Get::List-Cleanup': 'false',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

/** Where this machine's apt gets Debian from. */
async function debianMirror() {
  const format = '$(REPO_URI) $(RELEASE)';
  const { output } = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const targets = output.split('\n').map((line) => line.trim().split(' '));
  const own = targets.find(([, release]) => ['bookworm', 'oldstable', 'stable'].includes(release));
  return own?.[0] ?? '';
}

function lastLine(output) {
  return output.trim().split('\n').at(-1) ?? '';
}
