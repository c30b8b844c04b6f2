import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DelayQueue } from '../../engine/impairment/delay-queue.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function pop(queue: DelayQueue, nowUs: number): string | undefined {
  const place = queue.popDue(nowUs);
  if (place < 0) return undefined;
  const start = place * queue.stride;
  const text = new TextDecoder().decode(queue.bytes.subarray(start, start + queue.lengthOf(place)));
  queue.free(place);
  return text;
}

describe('the delay queue', () => {
  it('gives packets out when due, those of one time in the order they came', () => {
    const queue = new DelayQueue(4, 8);
    queue.push(bytesOf('late'), 0, 4, 30);
    queue.push(bytesOf('one'), 0, 3, 10);
    queue.push(bytesOf('two'), 0, 3, 10);
    expect(queue.nextDueUs).toBe(10);
    expect(pop(queue, 9)).toBeUndefined();
    expect([pop(queue, 10), pop(queue, 10), pop(queue, 10)]).toEqual(['one', 'two', undefined]);
    expect(pop(queue, 99)).toBe('late');
    expect(queue.nextDueUs).toBe(Number.POSITIVE_INFINITY);
  });

  it('refuses what does not fit, and takes again when there is room', () => {
    const queue = new DelayQueue(1, 4);
    expect(queue.push(bytesOf('12345'), 0, 5, 0)).toBe(-1);
    expect(queue.push(bytesOf('1234'), 0, 4, 0)).toBeGreaterThanOrEqual(0);
    expect(queue.push(bytesOf('x'), 0, 1, 0)).toBe(-1);
    expect(pop(queue, 0)).toBe('1234');
    expect(queue.push(bytesOf('x'), 0, 1, 0)).toBeGreaterThanOrEqual(0);
  });

  it('behaves as a sorted list would, whatever is pushed and popped', () => {
    const step = fc.oneof(fc.record({ push: fc.nat(50) }), fc.record({ popAt: fc.nat(60) })) as fc.Arbitrary<{
      push?: number;
      popAt?: number;
    }>;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new DelayQueue(16, 4);
        const model: { due: number; text: string }[] = [];
        for (const [index, { push, popAt }] of steps.entries()) {
          if (push !== undefined) {
            const text = String(index);
            const fits = model.length < 16;
            expect(queue.push(bytesOf(text), 0, text.length, push) >= 0).toBe(fits);
            if (fits) model.push({ due: push, text });
          } else if (popAt !== undefined) {
            model.sort((a, b) => a.due - b.due);
            const expected =
              model[0] !== undefined && model[0].due <= popAt ? model.shift()?.text : undefined;
            expect(pop(queue, popAt)).toBe(expected);
          }
          expect(queue.waiting).toBe(model.length);
        }
      }),
    );
  });
});
