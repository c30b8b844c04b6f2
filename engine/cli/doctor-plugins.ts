// doctor: what is built and installed, and whether DAWs load what was built here.
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Check, failed, ok, warning } from './doctor-check.js';
import { treeFiles, treeHash } from './file-tree.js';
import { HOST_PATH } from './host.js';
import { builtPath, type PluginFormat, pluginFormats } from './plugin-places.js';

const BUILD_ADVICE = 'Build everything with: npm run build';
const INSTALL_ADVICE = 'To use it in a DAW: npx jambridge install';

/** [control-thread] */
export function checkPlugins(): Check[] {
  const host = existsSync(HOST_PATH)
    ? ok('plugin host', HOST_PATH)
    : failed('plugin host', 'not built', BUILD_ADVICE);
  return [...pluginFormats().flatMap(checkPlugin), host];
}

function checkPlugin(format: PluginFormat): Check[] {
  const name = `${format.name} plugin`;
  const built = builtPath(format);
  const builtHash = treeHash(built);
  const copies = format.folders.map((folder) => join(folder, format.file)).filter((path) => existsSync(path));
  if (copies.length === 0) {
    if (builtHash !== '') return [warning(name, `built (${built}), not installed`, INSTALL_ADVICE)];
    return [failed(name, 'neither built nor installed', BUILD_ADVICE)];
  }
  if (builtHash === '') return copies.map((path) => ok(name, `installed: ${path}`));
  const stale = copies.filter((path) => treeHash(path) !== builtHash);
  if (stale.length > 0) return stale.map((path) => staleCopy(name, path, built, format));
  if (copies.length === 1) return [ok(name, `installed: ${copies[0]}, as built`)];
  const advice = `One is enough: remove ${copies.slice(1).join(' and ')}.`;
  return [warning(name, `installed ${copies.length} times: ${copies.join(', ')}`, advice)];
}

/** Which of the two is newer says what to do; where it lies, who can do it. */
function staleCopy(name: string, path: string, built: string, format: PluginFormat): Check {
  const minutes = Math.round((newestMs(built) - newestMs(path)) / 60_000);
  const age =
    minutes === 0 ? '' : `, ${ageText(Math.abs(minutes))} ${minutes > 0 ? 'older' : 'newer'} than that`;
  const own = dirname(path) === format.folders[0];
  const advice = own
    ? 'Replace it with: npx jambridge install; then restart the DAW.'
    : `It may be loaded instead of yours: remove ${path} (as root), then: npx jambridge install`;
  return warning(name, `${path} is another one than what is built${age}`, advice);
}

const newestMs = (root: string): number =>
  Math.max(...treeFiles(root).map(({ path }) => statSync(path).mtimeMs));

function ageText(minutes: number): string {
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
