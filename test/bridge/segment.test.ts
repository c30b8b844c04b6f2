// The segment between real processes: any order, any kill -9, nothing left behind.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  beatSlot,
  claimEngine,
  claimSlot,
  createSegment,
  LAYOUT,
  openSegment,
  processAlive,
  reapDeadSlots,
  releaseEngine,
  releaseSlot,
  type Segment,
  segmentObjectName,
  unlinkSegment,
} from '../../bridge/index.js';
import { layoutDouble, layoutWord, slotOffset } from '../../bridge/layout.js';
import { type Helper, ownSegmentName, startHelper } from './support.js';

const OWNER_STAMP = layoutDouble('slot.ownerStartStamp');
const OWNER_PID = layoutWord('slot.ownerPid');
const HEADER_RETIRED = layoutWord('header.retired');

const fileOf = (name: string): string => `/dev/shm${segmentObjectName(name)}`;
const memoryBytes = (name: string): number => statSync(fileOf(name)).blocks * 512;

async function ask(helper: Helper, ...command: unknown[]): Promise<unknown> {
  helper.say(JSON.stringify(command));
  return helper.next();
}

describe('names', () => {
  it('belong to the user, with an ending of choice or from the environment', () => {
    const base = `/jambridge-${process.getuid!()}`;
    expect(segmentObjectName('')).toBe(base);
    expect(segmentObjectName('studio.B_2-x')).toBe(`${base}-studio.B_2-x`);
    const told = process.env.JAMBRIDGE_SEGMENT;
    process.env.JAMBRIDGE_SEGMENT = 'fromEnv';
    expect(segmentObjectName()).toBe(`${base}-fromEnv`);
    delete process.env.JAMBRIDGE_SEGMENT;
    expect(segmentObjectName()).toBe(base);
    if (told !== undefined) process.env.JAMBRIDGE_SEGMENT = told;
  });

  it.each(['a/b', 'with space', 'x'.repeat(17), 'ü', 'a\0b'])('refuse %j', (name) => {
    expect(() => segmentObjectName(name)).toThrow(/segment name/);
    expect(() => openSegment(name)).toThrow(/segment name/);
    expect(() => createSegment(name)).toThrow(/segment name/);
  });
});

describe('a segment', () => {
  it('is opened by others once it was created, takes hardly any memory, and is gone when unlinked', () => {
    const name = ownSegmentName();
    expect(openSegment(name)).toEqual(expect.any(String));
    expect(existsSync(fileOf(name))).toBe(false); // opening makes nothing
    const first = createSegment(name);
    expect([first.created, first.name]).toEqual([true, segmentObjectName(name)]);
    expect(createSegment(name).created).toBe(false);
    const second = openSegment(name) as Segment;
    new Int32Array(first.buffer)[1000] = 77; // last word of the header page
    expect(new Int32Array(second.buffer)[1000]).toBe(77);
    expect(memoryBytes(name)).toBeLessThan(1 << 20);
    unlinkSegment(name);
    expect(openSegment(name)).toEqual(expect.any(String));
    expect(Atomics.load(new Int32Array(second.buffer), HEADER_RETIRED)).toBe(1);
    unlinkSegment(name);
  });

  it('replaces garbage and old revisions, and tells those who still look at them', () => {
    const name = ownSegmentName();
    writeFileSync(fileOf(name), 'not a segment at all', { mode: 0o600 });
    expect(openSegment(name)).toEqual(expect.any(String));
    const first = createSegment(name);
    expect(first.created).toBe(true);
    const words = new Int32Array(first.buffer);
    words[layoutWord('header.revision')] = LAYOUT.kSegmentRevision + 1;
    expect(openSegment(name)).toMatch(/revision/);
    expect(createSegment(name).created).toBe(true);
    expect(Atomics.load(words, HEADER_RETIRED)).toBe(1);
    expect(typeof openSegment(name)).toBe('object');
  });

  it('is of no use once closed, but its bytes stay readable', () => {
    const segment = createSegment(ownSegmentName());
    const words = new Uint32Array(segment.buffer);
    segment.close();
    segment.close();
    expect(() => claimEngine(segment, 'x')).toThrow('closed');
    expect(() => claimSlot(segment, 1, 1)).toThrow('closed');
    expect(words[layoutWord('header.magic')]).toBe(LAYOUT.kSegmentMagic);
  });
});

describe('the engine role', () => {
  it('has one holder; a killed one is succeeded at once, a living one never', async () => {
    const name = ownSegmentName();
    const segment = createSegment(name);
    const engine = startHelper('segment-holder.mjs', [name]);
    expect(await ask(engine, 'create')).toBe(false);
    expect(await ask(engine, 'claimEngine', 'first')).toMatchObject({ ok: true });
    expect(claimEngine(segment, 'second')).toEqual({ ok: false, pid: engine.process.pid });
    await engine.kill('SIGKILL');
    await expect.poll(() => claimEngine(segment, 'second').ok, { timeout: 15_000, interval: 50 }).toBe(true);
    expect(existsSync(fileOf(name))).toBe(true);
    releaseEngine(segment, true);
    expect(existsSync(fileOf(name))).toBe(false);
  });

  it('counts its holders, and keeps the segment when asked to or when a plugin uses it', async () => {
    const name = ownSegmentName();
    const segment = createSegment(name);
    const first = claimEngine(segment, 'one');
    releaseEngine(segment, false);
    const second = claimEngine(segment, 'two');
    if (!first.ok || !second.ok) throw new Error('not claimed');
    expect(second.generation).toBe(first.generation + 1);
    const plugin = startHelper('segment-holder.mjs', [name]);
    expect(await ask(plugin, 'open')).toBe('open');
    expect(await ask(plugin, 'claimSlot', 2)).toBe(0);
    releaseEngine(segment, true);
    expect(existsSync(fileOf(name))).toBe(true);
  });
});

describe('slots', () => {
  it('are taken one by one, up to 64, and given back', () => {
    const segment = createSegment(ownSegmentName());
    const slots = Array.from({ length: LAYOUT.kSlotCount }, () => claimSlot(segment, 1, 0));
    expect(slots).toEqual(slots.map((_, i) => i));
    expect(claimSlot(segment, 1, 0)).toBe(-1);
    releaseSlot(segment, 17);
    releaseSlot(segment, 17);
    expect(claimSlot(segment, 1, 0)).toBe(17);
    for (const slot of slots) releaseSlot(segment, slot);
    expect(claimSlot(segment, 1, 0)).toBe(0);
  });

  it('of another are not released or kept alive by mistake', () => {
    const name = ownSegmentName();
    const segment = createSegment(name);
    const other = openSegment(name) as Segment;
    const slot = claimSlot(segment, 2, 2);
    const heartbeat = (slotOffset(slot) + LAYOUT['slot.ownerHeartbeatMs']) / 4;
    const words = new Int32Array(segment.buffer);
    Atomics.store(words, heartbeat, 1);
    beatSlot(other, slot);
    releaseSlot(other, slot);
    expect(Atomics.load(words, heartbeat)).toBe(1);
    beatSlot(segment, slot);
    expect(Atomics.load(words, heartbeat)).not.toBe(1);
    expect(claimSlot(segment, 1, 1)).not.toBe(slot);
  });

  it('of a killed process are taken back with their memory; those of a living one are not', async () => {
    const name = ownSegmentName();
    const segment = createSegment(name);
    const emptyBytes = memoryBytes(name);
    const killed = startHelper('segment-holder.mjs', [name]);
    const living = startHelper('segment-holder.mjs', [name]);
    for (const helper of [killed, living]) expect(await ask(helper, 'open')).toBe('open');
    expect(await ask(killed, 'claimSlot', 2)).toBe(0);
    expect(await ask(killed, 'claimSlot', 16)).toBe(1);
    expect(await ask(living, 'claimSlot', 2)).toBe(2);
    await ask(killed, 'fill', 1, LAYOUT.kChannelRingBytes);
    const usedBytes = memoryBytes(name);
    expect(usedBytes - emptyBytes).toBeGreaterThan(20 * LAYOUT.kChannelRingBytes);

    const stamps = new BigUint64Array(segment.buffer);
    const words = new Uint32Array(segment.buffer);
    const pid = words[slotOffset(0) / 4 + OWNER_PID];
    const stamp = stamps[slotOffset(0) / 8 + OWNER_STAMP];
    expect(pid).toBe(killed.process.pid);
    expect(processAlive(pid, stamp)).toBe(true);
    expect(processAlive(pid, stamp + 1n)).toBe(false); // the same pid, another process
    await killed.kill('SIGKILL');
    expect(processAlive(pid, stamp)).toBe(false);
    expect(processAlive(process.pid, stamp)).toBe(false);

    await sleep(2200); // heartbeats grow old
    let reaped = 0;
    await expect.poll(() => (reaped += reapDeadSlots(segment)), { timeout: 15_000, interval: 100 }).toBe(2);
    expect(memoryBytes(name)).toBeLessThan(usedBytes - 20 * LAYOUT.kChannelRingBytes);
    expect(claimSlot(segment, 2, 2)).toBe(0);
    expect(claimSlot(segment, 2, 2)).toBe(1);
    const ring = new Uint8Array(
      segment.buffer,
      slotOffset(1) + LAYOUT.kCaptureOffset,
      LAYOUT.kChannelRingBytes,
    );
    expect(ring.every((byte) => byte === 0)).toBe(true); // no stale sound
    expect(await ask(living, 'releaseSlot', 2)).toBeNull();
    expect(reapDeadSlots(segment)).toBe(0);
  });
});
