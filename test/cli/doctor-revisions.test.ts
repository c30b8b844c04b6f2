// Segments that another version has made are found by their files.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LAYOUT, segmentObjectName } from '../../bridge/index.js';
import { checkOtherSegments } from '../../engine/cli/doctor-revisions.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jambridge-shm-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function segment(name: string, magic = LAYOUT.kSegmentMagic, revision = LAYOUT.kSegmentRevision): string {
  const path = join(folder, segmentObjectName(name).slice(1));
  const head = Buffer.alloc(4096);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(revision, 4);
  writeFileSync(path, head);
  truncateSync(path, LAYOUT.kSegmentBytes);
  return path;
}

describe.runIf(process.platform === 'linux')('segments', () => {
  test('ours alone is no news', () => {
    segment('');
    writeFileSync(join(folder, 'sem.something'), 'x');
    expect(checkOtherSegments('', folder)).toEqual([]);
  });

  test('of another revision: named with both, and what to do', () => {
    segment('', LAYOUT.kSegmentMagic, 77);
    segment('old', LAYOUT.kSegmentMagic, 78);
    const checks = checkOtherSegments('', folder);
    expect(checks).toMatchObject([
      { state: 'warning', found: expect.stringContaining('segment revision 77, and this program speaks') },
      { state: 'warning', advice: expect.stringContaining('rm ') },
    ]);
    expect(checks[0].advice).toContain('npx jambridge install');
  });

  test('garbage, and one of another size', () => {
    segment('junk', 0x12345678);
    truncateSync(segment('short'), 5000);
    expect(checkOtherSegments('', folder).map(({ found }) => found.replace(/^\S+ /, ''))).toEqual([
      'it is no segment',
      `5000 bytes, not ${LAYOUT.kSegmentBytes}`,
    ]);
  });

  test('one that is being made is left alone; other names are told', () => {
    segment('unborn', 0, 0);
    segment('b');
    const [check, ...more] = checkOtherSegments('', folder);
    expect(more).toEqual([]);
    expect(check).toMatchObject({ state: 'ok', name: 'other segments' });
    expect(check.found).toContain(`${segmentObjectName('b')}`);
  });
});
