// node_modules as package-lock.json has it, when anything is missing or of another version. `npm ci` would refuse
// a lock that does not name the optional packages of every other platform, which not every registry serves.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, root } from './run.mjs';
import { Refusal, say } from './say.mjs';

const NODE_MIN = [20, 11];

export function checkNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new Refusal(`Node.js ${NODE_MIN.join('.')} or newer is needed; this is ${process.versions.node}`);
}

export async function ensureNpmPackages() {
  const reason = whyOutOfDate();
  if (reason === '') return;
  say(`installing npm packages (${reason})`);
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund'];
  // Inside `npm start` the path of npm itself is known; it need not be on the PATH.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) await mustRun('npm install', process.execPath, [npm, ...args]);
  else await mustRun('npm install', 'npm', args);
}

/** npm writes what it installed to node_modules/.package-lock.json: compare it with what is asked for. */
function whyOutOfDate() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return 'there are none yet';
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.optional || entry.peer) continue;
    if (present[path]?.version !== entry.version || !existsSync(join(root, path))) {
      return `${path.replace('node_modules/', '')} ${entry.version} is missing`;
    }
  }
  return '';
}
