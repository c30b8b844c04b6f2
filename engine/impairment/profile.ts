// An impairment profile: JSON with comments -> the options of the model, or every mistake with its place.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from 'jsonc-parser';
import { parseJson } from '../control/configuration-json.js';
import { type Problem, ProblemList } from '../control/configuration-problem.js';
import { type ListReader, walkTree } from '../control/configuration-walk.js';
import { PACKAGE_ROOT } from '../control/package-root.js';
import { type ImpairmentOptions, impossible, type JitterShape, NO_IMPAIRMENT } from './impairment.js';
import type { Partition } from './partition.js';
import { PARTITION_OPTIONS, PARTITION_REQUIRED, PARTITIONS_MAX, PROFILE_OPTIONS } from './profile-table.js';

/** What comes with JamBridge, as files to read and to start one's own from. */
export const PROFILE_NAMES = ['wifi', 'congested', 'extreme'] as const;

/** The model's options but for the seed. */
export type Profile = Omit<ImpairmentOptions, 'seed'>;

const FILE_BYTES_MAX = 256 * 1024;

/** Where the profile of this name or path lies. */
export function profilePath(nameOrPath: string): string {
  const known = (PROFILE_NAMES as readonly string[]).includes(nameOrPath);
  return known ? join(PACKAGE_ROOT, 'engine/impairment/profiles', `${nameOrPath}.jsonc`) : nameOrPath;
}

/** Never throws. [control-thread] */
export function readProfile(nameOrPath: string): Profile | readonly Problem[] {
  const source = profilePath(nameOrPath);
  const unread = (message: string) => [{ source, line: 0, column: 0, message }];
  if (!existsSync(source)) return unread(`no such file, and no profile (${PROFILE_NAMES.join(', ')}) either`);
  try {
    if (statSync(source).size > FILE_BYTES_MAX) return unread(`longer than ${FILE_BYTES_MAX} bytes`);
    return parseProfile(readFileSync(source, 'utf8'), source);
  } catch (error) {
    return unread((error as Error).message);
  }
}

/** Never throws, whatever the text. */
export function parseProfile(text: string, source: string): Profile | readonly Problem[] {
  const problems = new ProblemList(source, text);
  const root = parseJson(text, problems);
  if (!root) {
    if (problems.count === 0) problems.add(0, 'a profile is an object { ... } of keys and values');
    return problems.problems;
  }
  const values = new Map<string, unknown>(PROFILE_OPTIONS.map(({ key, fallback }) => [key, fallback]));
  const given = new Map<string, number>();
  const found = (key: string, value: unknown, offset: number): void => {
    values.set(key, value);
    given.set(key, offset);
  };
  const walk = { whole: 'a profile', options: PROFILE_OPTIONS, lists: { partitions: readPartitions }, found };
  walkTree(root, walk, problems);
  const profile = profileOf(values, given);
  const wrong = impossible({ ...profile, seed: 0 });
  if (wrong !== '' && problems.count === 0) problems.add(offsetOfLoss(given), wrong);
  return problems.count > 0 ? problems.problems : profile;
}

function profileOf(values: ReadonlyMap<string, unknown>, given: ReadonlyMap<string, number>): Profile {
  const number = (key: string) => values.get(key) as number;
  const share = (key: string) => number(key) / 100;
  const loss = (key: string) => share(given.has(key) ? key : 'loss.percent');
  return {
    ...NO_IMPAIRMENT,
    lossAudio: loss('loss.audioPercent'),
    lossMidi: loss('loss.midiPercent'),
    lossOther: share('loss.percent'),
    burstPackets: number('loss.burstPackets'),
    burstMs: number('loss.burstMs'),
    lossInBurst: share('loss.insideBurstPercent'),
    duplicate: share('duplicate.percent'),
    reorder: share('reorder.percent'),
    reorderHoldMs: number('reorder.holdMs'),
    corrupt: share('corrupt.percent'),
    corruptBits: number('corrupt.bits'),
    delayMs: number('delay.ms'),
    jitterMs: number('delay.jitterMs'),
    jitterShape: values.get('delay.jitterShape') as JitterShape,
    inOrder: values.get('delay.inOrder') as boolean,
    partitions: (values.get('partitions') as Partition[] | undefined) ?? [],
  };
}

/** Where a mistake in how loss and bursts go together is shown. */
function offsetOfLoss(given: ReadonlyMap<string, number>): number {
  const keys = ['loss.burstMs', 'loss.burstPackets', 'loss.insideBurstPercent', 'loss.percent'];
  return given.get(keys.find((key) => given.has(key)) ?? '') ?? 0;
}

const readPartitions: ListReader = (node, problems): Partition[] => {
  if (node.type !== 'array') {
    problems.add(node.offset, '"partitions" is a list [ ... ] of { "fromMs", "toMs", "everyMs" }');
    return [];
  }
  const items = node.children ?? [];
  if (items.length > PARTITIONS_MAX) {
    problems.add(items[PARTITIONS_MAX].offset, `at most ${PARTITIONS_MAX} partitions`);
  }
  return items.slice(0, PARTITIONS_MAX).map((item, index) => readPartition(item, index, problems));
};

function readPartition(node: Node, index: number, problems: ProblemList): Partition {
  const name = `"partitions[${index}]"`;
  const before = problems.count;
  const values = new Map<string, number>();
  const found = (key: string, value: unknown): void => void values.set(key, value as number);
  walkTree(node, { whole: name, options: PARTITION_OPTIONS, lists: {}, found }, problems);
  const partition = {
    fromMs: values.get('fromMs') ?? 0,
    toMs: values.get('toMs') ?? 0,
    everyMs: values.get('everyMs') ?? 0,
  };
  if (problems.count > before) return partition;
  const missing = PARTITION_REQUIRED.filter((key) => !values.has(key)).map((key) => `"${key}"`);
  const lengthMs = partition.toMs - partition.fromMs;
  if (missing.length > 0) problems.add(node.offset, `${name} lacks ${missing.join(', ')}`);
  else if (lengthMs <= 0) problems.add(node.offset, `${name}: "toMs" comes after "fromMs"`);
  else if (partition.everyMs > 0 && partition.everyMs <= lengthMs) {
    problems.add(node.offset, `${name}: "everyMs" is longer than it lasts, ${lengthMs} ms`);
  }
  return partition;
}
