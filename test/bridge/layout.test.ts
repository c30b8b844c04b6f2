// LAYOUT against the header that both languages share: every field and constant of it, and no other.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSegment, LAYOUT } from '../../bridge/index.js';
import { layout, layoutDouble, layoutWord, slotOffset } from '../../bridge/layout.js';
import { ownSegmentName } from './support.js';

const text = readFileSync(new URL('../../bridge/shm/segment-layout.h', import.meta.url), 'utf8').replace(
  /\/\/.*$/gm,
  '',
);

const STRUCTS = {
  SegmentHeader: 'header',
  SlotControl: 'slot',
  ControlBlock: 'control',
  RemoteTransport: 'remote',
  MidiRecordHeader: 'midiRecord',
};
/** Those that lie within another, on a boundary of 8. */
const INNER = ['ControlBlock', 'RemoteTransport'];
const TYPE_BYTES: Record<string, number> = {
  AtomicU32: 4,
  AtomicU64: 8,
  uint16_t: 2,
  uint32_t: 4,
  uint64_t: 8,
  int64_t: 8,
  float: 4,
  double: 8,
  char: 1,
};

function bodyOf(kind: string, name: string): string {
  const body = new RegExp(`${kind} ${name}\\b[^{;]*\\{([^}]*)\\}`).exec(text);
  if (body === null) throw new Error(`no ${kind} ${name}`);
  return body[1];
}

/** Offsets by the rules of natural alignment, computed from the header's text alone. */
function fieldsOf(struct: string): Map<string, number> {
  const fields = new Map<string, number>();
  let offset = 0;
  for (const [, type, name, extent] of bodyOf('struct', struct).matchAll(/(\w+) (\w+)(?:\[(\w+)\])?;/g)) {
    const inner = INNER.includes(type);
    const bytes = TYPE_BYTES[type] ?? (inner ? layout(`sizeof.${type}`) : Number.NaN);
    const alignment = inner ? 8 : bytes;
    offset = Math.ceil(offset / alignment) * alignment;
    if (!name.startsWith('reserved')) fields.set(name, offset);
    offset +=
      bytes * (extent === undefined ? 1 : Number.isNaN(Number(extent)) ? layout(extent) : Number(extent));
  }
  return fields;
}

function constantsOf(): string[] {
  const plain = [...text.matchAll(/inline constexpr \w+ (k\w+) =/g)].map(([, name]) => name);
  const scoped = [...text.matchAll(/enum class (\w+)/g)].flatMap(([, name]) =>
    [...bodyOf('enum class', name).matchAll(/(k\w+) =/g)].map(([, value]) => `${name}::${value}`),
  );
  const flags = [...bodyOf('enum', 'TransportFlags').matchAll(/(k\w+) =/g)].map(([, name]) => name);
  return [...plain, ...scoped, ...flags];
}

describe('LAYOUT', () => {
  it.each(Object.entries(STRUCTS))('has every field of %s where the header puts it', (struct, prefix) => {
    const fields = fieldsOf(struct);
    expect(fields.size).toBeGreaterThan(2);
    for (const [name, offset] of fields) expect([name, LAYOUT[`${prefix}.${name}`]]).toEqual([name, offset]);
  });

  it('has all constants, and nothing that the header has not', () => {
    const fields = Object.entries(STRUCTS).flatMap(([struct, prefix]) =>
      [...fieldsOf(struct).keys()].map((name) => `${prefix}.${name}`),
    );
    const sizes = Object.keys(STRUCTS).map((name) => `sizeof.${name}`);
    expect(Object.keys(LAYOUT).sort()).toEqual([...fields, ...constantsOf(), ...sizes].sort());
  });

  it('describes a real segment', () => {
    const segment = createSegment(ownSegmentName());
    const words = new Uint32Array(segment.buffer);
    expect(segment.buffer.byteLength).toBe(LAYOUT.kSegmentBytes);
    expect(words[layoutWord('header.magic')]).toBe(LAYOUT.kSegmentMagic);
    expect(words[layoutWord('header.revision')]).toBe(LAYOUT.kSegmentRevision);
    expect(words[layoutWord('header.slotBytes')]).toBe(LAYOUT.kSlotBytes);
    expect(slotOffset(64)).toBe(LAYOUT.kSegmentBytes);
  });

  it('refuses names that do not exist and places that do not fit', () => {
    expect(() => layout('header.engineStat')).toThrow("no 'header.engineStat'");
    expect(() => layoutWord('midiRecord.flags')).toThrow('word boundary');
    expect(() => layoutDouble('control.active')).not.toThrow();
    expect(() => layoutDouble('control.streamStamp')).toThrow('double-word');
    expect(Object.isFrozen(LAYOUT)).toBe(true);
  });
});
