// Every payload format carries the same samples and the same events through the whole path.
import { describe, expect, it } from 'vitest';
import { PAYLOAD_FORMAT, SAMPLE_FORMAT } from '../../engine/toast/types.js';
import { Simulation } from './support/simulation.js';

const EVENTS = [
  [0x90, 60, 100],
  [0x90, 60, 0],
  [0x81, 61, 64],
  [0xa2, 62, 33],
  [0xb3, 7, 127],
  [0xc4, 5],
  [0xd5, 99],
  [0xe6, 0x12, 0x45],
  [0xf1, 0x21],
  [0xf2, 0x10, 0x20],
  [0xf3, 3],
  [0xf6],
  [0xf8],
  [0xfa],
  [0xf0, 0x7d, 1, 2, 3, 0xf7],
  [0xf0, ...Array.from({ length: 5000 }, (_, i) => i & 127), 0xf7],
].map((bytes, i) => ({ frame: 1000 + i * 700, bytes }));

function run(options: { format: number; sampleFormat: number; midiFormat: number; sampleStep: number }) {
  const simulation = new Simulation({ seed: 9, jitterMs: 1 });
  const signal = (channel: number, frame: number) =>
    Math.fround((((frame % 4000) - 2000) * options.sampleStep + (channel + 1) * options.sampleStep) / 2);
  const a = simulation.addEngine({ settings: options });
  const b = simulation.addEngine();
  const receiver = simulation.addHost(b, 0, { plugin: { mode: 'receive' }, block: () => 64 });
  simulation.run(100_000);
  simulation.addHost(a, 0, { plugin: {}, block: () => 64, signal, events: EVENTS, startUs: 100_000 });
  simulation.run(1_200_000);
  return { receiver, b, signal };
}

describe('payload formats', () => {
  for (const format of ['binary', 'json', 'compact'] as const) {
    for (const [sampleFormat, sampleStep] of [
      ['f32', 1 / 4099],
      ['s24', 2 / 8388608],
      ['s16', 2 / 32768],
    ] as const) {
      it(`${format} audio of ${sampleFormat}, ${format} MIDI`, () => {
        const { receiver, b, signal } = run({
          format: PAYLOAD_FORMAT[format],
          sampleFormat: SAMPLE_FORMAT[sampleFormat],
          midiFormat: PAYLOAD_FORMAT[format],
          sampleStep,
        });
        for (const channel of [0, 1]) {
          const heard = receiver.heard(channel);
          const offset = heard.findIndex((sample) => sample !== 0);
          expect(offset).toBeGreaterThan(4800);
          const wrong = heard
            .subarray(offset, offset + 40_000)
            .findIndex((sample, i) => sample !== signal(channel, i));
          expect(wrong).toBe(-1);
        }
        expect(receiver.plugin.events.map((event) => event.bytes.join())).toEqual(
          EVENTS.map((event) => event.bytes.join()),
        );
        expect(b.total('rejected', 2, 0) + b.total('rejected', 1, 0)).toBe(0);
      });
    }
  }
});
