// Long messages leave at a bounded pace, less and less often, and not for ever.
import { describe, expect, it } from 'vitest';
import { LONG_MESSAGES_MAX, type LongMessage, LongMessages } from '../../engine/midi/long-messages.js';

const BYTES = Uint8Array.from({ length: 65536 }, (_, i) => (i === 0 ? 0xf0 : i === 65535 ? 0xf7 : i & 127));

function begin(messages: LongMessages, owner: object, bytes: number, nowUs: number): LongMessage {
  const message = messages.take(nowUs);
  message.begin(owner, 0, BYTES, bytes, 1320);
  return message;
}

/** When packets leave, by owner. */
function run(
  messages: LongMessages,
  owners: readonly object[],
  untilUs: number,
): { atUs: number; owner: object }[] {
  const left: { atUs: number; owner: object }[] = [];
  for (let nowUs = 0; nowUs < untilUs; nowUs += 250) {
    for (const owner of owners) {
      const message = messages.due(owner, nowUs);
      if (message === null) continue;
      messages.sent(message, nowUs);
      left.push({ atUs: nowUs, owner });
    }
  }
  return left;
}

describe('long messages', () => {
  it('of 64 KiB: a packet each millisecond at most, at a falling rate, and an end', () => {
    const messages = new LongMessages();
    const owner = {};
    const message = begin(messages, owner, 65536, 0);
    expect(message.fragmentCount).toBe(50);
    const left = run(messages, [owner], 20e6).map(({ atUs }) => atUs);
    const within = (fromUs: number, toUs: number) => left.filter((at) => at >= fromUs && at < toUs).length;
    expect(within(0, 100_000)).toBe(100);
    expect(within(1_000_000, 1_500_000)).toBeLessThan(within(0, 500_000) / 2);
    expect(left.length).toBeGreaterThan(50 * 12);
    expect(left.length).toBeLessThan(50 * 20);
    expect(left.at(-1)).toBeLessThan(4.1e6);
    expect(messages.of(owner)).toBe(null);
  });

  it('short ones are soon repeated rarely', () => {
    const messages = new LongMessages();
    const owner = {};
    begin(messages, owner, 300, 0);
    const left = run(messages, [owner], 20e6).map(({ atUs }) => atUs);
    expect(left.filter((at) => at <= 25_000).length).toBeGreaterThanOrEqual(14);
    expect(left.filter((at) => at > 1_000_000).length).toBeLessThan(15);
    expect(left.length).toBeLessThan(80);
  });

  it('of several streams share the pace fairly', () => {
    const messages = new LongMessages();
    const owners = [{}, {}, {}];
    for (const owner of owners) begin(messages, owner, 65536, 0);
    const left = run(messages, owners, 300_000);
    expect(left.length).toBeLessThanOrEqual(300);
    for (const owner of owners) {
      expect(left.filter((packet) => packet.owner === owner).length).toBeGreaterThan(95);
    }
  });

  it('one too many takes the place of the oldest', () => {
    const messages = new LongMessages();
    const owners = Array.from({ length: LONG_MESSAGES_MAX + 1 }, () => ({}));
    const [first, ...others] = owners.map((owner, i) => begin(messages, owner, 100, i));
    expect(messages.of(owners[0])).toBe(null);
    expect(first.owner).toBe(owners.at(-1));
    expect(others.slice(0, -1).every((message, i) => message.owner === owners[i + 1])).toBe(true);
  });
});
