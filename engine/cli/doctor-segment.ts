// doctor: the shared memory between plugins and engine.
import { statfsSync } from 'node:fs';
import {
  LAYOUT,
  nowUs,
  openSegment,
  processAlive,
  type Segment,
  segmentObjectName,
} from '../../bridge/index.js';
import { engineTrouble, readEngineRole } from '../control/status-reader.js';
import { type Check, failed, ok, warning } from './doctor-check.js';

const ROLE_LIVE = 2;
/** One stereo plugin: its control page, MIDI rings and four audio rings. */
const STEREO_SLOT_BYTES = LAYOUT.kControlPageBytes + 2 * LAYOUT.kMidiRingBytes + 4 * LAYOUT.kChannelRingBytes;
const SLOTS_WANTED = 16;
const SHARED_MEMORY = '/dev/shm';

/** [control-thread] */
export function checkSegment(name: string): Check[] {
  const object = segmentObjectName(name);
  const segment = openSegment(name);
  if (typeof segment === 'string') {
    return [ok('segment', `${object} is not there (${segment}); the engine makes it`), checkRoom()];
  }
  try {
    return [ok('segment', `${object} is there`), checkRole(segment), checkSlots(segment), checkRoom()];
  } finally {
    segment.close();
  }
}

function checkRole(segment: Segment): Check {
  const role = readEngineRole(segment);
  if (role.state === 'free') return ok('engine', 'no engine runs; start one with: npx jambridge engine');
  const trouble = engineTrouble(role);
  if (trouble === '')
    return ok('engine', `process ${role.pid} runs, last heartbeat ${role.heartbeatAgeMs} ms ago`);
  if (!role.alive) return warning('engine', trouble, 'The next engine takes its place by itself.');
  return failed('engine', trouble, `If it does not recover: kill ${role.pid}, then start it again.`);
}

/** A slot whose owner is dead is taken back by the engine; many of them mean that none runs. */
function checkSlots({ buffer }: Segment): Check {
  let live = 0;
  let stale = 0;
  for (let slot = 0; slot < LAYOUT.kSlotCount; slot++) {
    const base = LAYOUT.kSlotsOffset + slot * LAYOUT.kSlotBytes;
    const words = new Int32Array(buffer, base, LAYOUT.kControlPageBytes >> 2);
    const load = (field: string) => Atomics.load(words, LAYOUT[`slot.${field}`] >> 2) >>> 0;
    if (load('state') !== ROLE_LIVE) continue;
    const [stamp] = new BigUint64Array(buffer, base + LAYOUT['slot.ownerStartStamp'], 1);
    const silentMs = (Math.floor(nowUs() / 1000) - load('ownerHeartbeatMs')) | 0;
    if (silentMs > 2000 && !processAlive(load('ownerPid'), stamp)) stale++;
    else live++;
  }
  const found = `${live} of ${LAYOUT.kSlotCount} in use`;
  if (stale === 0) return ok('slots', found);
  return warning(
    'slots',
    `${found}, ${stale} left by programs that died`,
    'A running engine frees them within seconds.',
  );
}

function checkRoom(): Check {
  if (process.platform !== 'linux') return ok('shared memory', 'not limited on this system');
  const { bavail, bsize } = statfsSync(SHARED_MEMORY);
  const free = bavail * bsize;
  const found = `${megabytes(free)} free in ${SHARED_MEMORY}, a stereo plugin takes ${megabytes(STEREO_SLOT_BYTES)}`;
  const advice = `Make room there, or enlarge it: mount -o remount,size=256M ${SHARED_MEMORY}`;
  if (free < 2 * STEREO_SLOT_BYTES) return failed('shared memory', found, advice);
  return free < SLOTS_WANTED * STEREO_SLOT_BYTES
    ? warning('shared memory', found, advice)
    : ok('shared memory', found);
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
