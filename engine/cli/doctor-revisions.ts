// doctor: segments of this user that the plugin or the engine of another version made, and those of other
// names. Only where segments are files that can be listed.
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT, segmentObjectName } from '../../bridge/index.js';
import { type Check, ok, warning } from './doctor-check.js';

const FOLDER = '/dev/shm';
const NAMES_SHOWN_MAX = 5;

/** [control-thread] */
export function checkOtherSegments(name: string, folder: string = FOLDER): Check[] {
  if (process.platform !== 'linux') return [];
  const own = segmentObjectName(name).slice(1);
  const stem = segmentObjectName('').slice(1);
  const all = readdirSync(folder).filter((file) => file === stem || file.startsWith(`${stem}-`));
  const foreign = all.flatMap((file) => {
    const why = whyForeign(join(folder, file));
    return why === '' ? [] : [{ file, why }];
  });
  const others = all.filter((file) => file !== own && !foreign.some((one) => one.file === file));
  return [
    ...foreign.map(({ file, why }) => foreignSegment(file, why, file === own)),
    ...(others.length > 0 ? [otherNames(others)] : []),
  ];
}

function foreignSegment(file: string, why: string, own: boolean): Check {
  const advice = own
    ? 'Engine and plugins must be of one version: npx jambridge install, restart the DAW, then the engine.'
    : `If nothing uses it any more: rm ${join(FOLDER, file)}`;
  return warning('segment of another version', `/${file}: ${why}`, advice);
}

function otherNames(names: readonly string[]): Check {
  const shown = names.slice(0, NAMES_SHOWN_MAX).map((name) => `/${name}`);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return ok('other segments', `${shown.join(', ')}${more}; look at them with --segment NAME`);
}

/** '' for one of our revision. One that is just being made has no magic yet. */
function whyForeign(path: string): string {
  const head = Buffer.alloc(8);
  let size: number;
  try {
    const file = openSync(path, 'r');
    readSync(file, head, 0, head.length, 0);
    size = fstatSync(file).size;
    closeSync(file);
  } catch {
    return ''; // gone meanwhile, or somebody else's
  }
  const magic = head.readUInt32LE(0);
  if (magic === 0) return '';
  if (magic !== LAYOUT.kSegmentMagic) return 'it is no segment';
  const revision = head.readUInt32LE(4);
  if (revision !== LAYOUT.kSegmentRevision) {
    return `segment revision ${revision}, and this program speaks ${LAYOUT.kSegmentRevision}`;
  }
  return size === LAYOUT.kSegmentBytes ? '' : `${size} bytes, not ${LAYOUT.kSegmentBytes}`;
}
