import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteScanner } from '../../engine/toast/byte-scanner.js';
import { decimalDigits, writeDecimal } from '../../engine/toast/decimal.js';
import { textCode } from '../../engine/toast/midi-text.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function scannerOf(text: string): ByteScanner {
  const scanner = new ByteScanner();
  const bytes = encode(text);
  scanner.begin(bytes, 0, bytes.length);
  return scanner;
}

function number(text: string): number | null {
  const scanner = scannerOf(text);
  return scanner.takeNumber() && scanner.atEnd() ? scanner.number : null;
}

const skips = (text: string): boolean => {
  const scanner = scannerOf(text);
  return scanner.skipValue() && scanner.atEnd();
};

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('numbers', () => {
  it('that are whole are read exactly', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => number(String(value)) === value));
    expect(number('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(Object.is(number('-0'), -0)).toBe(true);
  });

  it('of 32-bit floats keep their bits', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        return Object.is(
          Math.fround(number(JSON.stringify(value)) ?? Number.NaN),
          Object.is(value, -0) ? 0 : value,
        );
      }),
    );
  });

  it('of any size are as near as two roundings', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const read = number(JSON.stringify(value)) ?? Number.NaN;
        return (
          read === value || Math.abs(read - value) <= Math.max(Number.MIN_VALUE, Math.abs(value) * 2e-15)
        );
      }),
    );
  });

  for (const text of [
    '0',
    '-0',
    '10',
    '1.5',
    '-0.25e2',
    '1E+3',
    '5e-324',
    '1e400',
    '123456789012345678901234567890',
  ]) {
    it(`${text} is one`, () => expect(number(text)).toBeCloseTo(Number(text), 9));
  }
  for (const text of [
    '',
    '-',
    '+1',
    '01',
    '-01',
    '.5',
    '1.',
    '1.e1',
    '1e',
    '1e+',
    '0x10',
    '1 2',
    'NaN',
    '--1',
  ]) {
    it(`"${text}" is none`, () => expect(number(text)).toBeNull());
  }

  it('are written as they are read', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(5), (value, offset) => {
        const bytes = new Uint8Array(40).fill(0x21);
        const end = writeDecimal(bytes, offset, value);
        const text = String(value);
        expect(new TextDecoder().decode(bytes.slice(offset, end))).toBe(text);
        expect(decimalDigits(Math.abs(value))).toBe(text.length - (value < 0 ? 1 : 0));
        expect(bytes.every((byte, i) => byte === 0x21 || (i >= offset && i < end))).toBe(true);
      }),
    );
  });
});

describe('texts', () => {
  it('are told apart by their first three bytes', () => {
    const scanner = scannerOf('"seq" "cc" "t" "" "long" "\\u0074" "\\"" ');
    const codes = Array.from({ length: 7 }, () => (scanner.takeText() ? scanner.textCode() : -1));
    expect(codes).toEqual([textCode('seq'), textCode('cc'), textCode('t'), 0, 0, 0, 0]);
    expect(scanner.atEnd()).toBe(true);
  });

  it('must end, and hold no bare control character', () => {
    expect(scannerOf('"abc').takeText()).toBe(false);
    expect(scannerOf('"abc\\"').takeText()).toBe(false);
    expect(scannerOf('"a\nb"').takeText()).toBe(false);
  });
});

describe('values that nobody asked for', () => {
  it('are skipped whole, whatever they are', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), fc.constantFrom(0, 1, 2), (text, indent) => {
        return skips(JSON.stringify(JSON.parse(text), null, indent));
      }),
    );
  });

  it('are refused when they are nested too deep', () => {
    expect(skips(`${'['.repeat(24)}${']'.repeat(24)}`)).toBe(true);
    expect(skips(`${'['.repeat(25)}${']'.repeat(25)}`)).toBe(false);
    expect(skips('{"a":'.repeat(100000))).toBe(false);
  });

  it('are refused when JSON.parse refuses their structure', () => {
    const broken = [
      '{',
      '[',
      '[1,]',
      '[,1]',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{a:1}',
      '[1}',
      '{"a":1]',
      'tru',
      'nul',
      '',
    ];
    for (const text of broken) {
      expect(parses(text)).toBe(false);
      expect(skips(text), text).toBe(false);
    }
  });

  it('and are never accepted where JSON.parse sees other brackets, after any damage', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '1', ''),
        (text, at, put) => {
          const index = at % (text.length + 1);
          const damaged = text.slice(0, index) + put + text.slice(index + 1);
          // Escapes inside texts are not judged here: nothing reads them.
          return damaged.includes('\\') || skips(damaged) === parses(damaged);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
