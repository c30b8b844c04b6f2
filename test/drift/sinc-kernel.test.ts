// The filter's response, measured on the table that the resampler plays with.
import { describe, expect, it } from 'vitest';
import { canResample, SincKernel, sincKernel } from '../../engine/drift/sinc-kernel.js';
import { decibels } from './resampler-support.js';

/** Response of the continuous filter, its impulse response sampled `phases` times a source frame. */
function response(kernel: SincKernel, cyclesPerFrame: number): number {
  const { taps, halfTaps, phases } = kernel;
  const width = 2 * halfTaps;
  const stride = phases / 32; // 32 times oversampled: what aliases into the result lies 16 source rates away
  let sum = 0;
  for (let p = 0; p < phases; p += stride) {
    for (let k = 0; k < width; k++) {
      sum += taps[p * width + k] * Math.cos(2 * Math.PI * cyclesPerFrame * (k - halfTaps + 1 - p / phases));
    }
  }
  return sum / 32;
}

const CASES = [
  [48_000, 48_000, 20_000],
  [44_100, 44_100, 19_999],
  [44_100, 48_000, 19_999],
  [48_000, 44_100, 19_999],
  [48_000, 96_000, 20_000],
  [96_000, 48_000, 20_000],
  [96_000, 96_000, 40_000],
  [22_050, 48_000, 9_999],
  [48_000, 22_050, 9_999],
] as const;

describe('the filter', () => {
  for (const [sourceRate, slotRate, passHz] of CASES) {
    it(`${sourceRate} into ${slotRate}: flat to ${passHz} Hz, under -120 dB from the lower Nyquist on`, () => {
      const kernel = new SincKernel(sourceRate, slotRate);
      let ripple = 0;
      for (let n = 0; n <= 100; n++) {
        ripple = Math.max(ripple, Math.abs(decibels(response(kernel, ((passHz / sourceRate) * n) / 100))));
      }
      const nyquist = Math.min(sourceRate, slotRate) / 2 / sourceRate;
      let stop = 0;
      for (let n = 0; n < 400; n++) {
        // Densely where the lobes are highest, then as far as four source rates.
        const at = n < 200 ? nyquist * (1 + n / 100) : 3 * nyquist + ((n - 200) / 200) * 4;
        stop = Math.max(stop, Math.abs(response(kernel, at)));
      }
      console.log(
        `${sourceRate} -> ${slotRate}: ripple ${ripple.toExponential(1)} dB, stop band ${decibels(stop).toFixed(1)} dB,`,
        `${2 * kernel.halfTaps} taps`,
      );
      expect(ripple).toBeLessThan(0.0001);
      expect(decibels(stop)).toBeLessThan(-120);
    });
  }

  it('is shared by all that want the same', () => {
    expect(sincKernel(48_000, 48_000)).toBe(sincKernel(48_000, 48_000));
    expect(sincKernel(48_000, 44_100)).not.toBe(sincKernel(44_100, 48_000));
  });

  it('says what it cannot do', () => {
    expect(canResample(44_100, 48_000)).toBe(true);
    expect(canResample(192_000, 44_100)).toBe(true);
    expect(canResample(8_000, 96_000)).toBe(true);
    expect(canResample(768_000, 8_000)).toBe(false);
    expect(canResample(0, 48_000)).toBe(false);
    expect(canResample(48_000, Number.NaN)).toBe(false);
  });
});
