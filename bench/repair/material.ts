// Sounds to punch holes into, made from a seed: plain synthesis of what is played most. Mono, peak near 0.5.
import { type Chance, chanceOf } from '../../engine/demo/chance.js';

export const MATERIALS = ['piano', 'strings', 'drums', 'voice', 'bass', 'mix', 'noise', 'sine'] as const;
export type Material = (typeof MATERIALS)[number];

const TWO_PI = 2 * Math.PI;
const frequencyOf = (key: number): number => 440 * 2 ** ((key - 69) / 12);

/** `frames` samples of the material, the same ones for the same seed. */
export function makeMaterial(material: Material, frames: number, rate: number, seed: number): Float32Array {
  const out = new Float64Array(frames);
  const chance = chanceOf(seed);
  if (material === 'mix') {
    for (const part of ['piano', 'strings', 'drums', 'voice', 'bass'] as const) {
      const sound = makeMaterial(part, frames, rate, seed + 1 + part.length);
      for (let n = 0; n < frames; n++) out[n] += sound[n];
    }
  } else MAKERS[material](out, rate, chance);
  let peak = 1e-9;
  for (const value of out) peak = Math.max(peak, Math.abs(value));
  return Float32Array.from(out, (value) => (0.5 * value) / peak);
}

const VOWELS = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
];

type Maker = (out: Float64Array, rate: number, chance: Chance) => void;

const MAKERS: Readonly<Record<Exclude<Material, 'mix'>, Maker>> = {
  /** Chords of slightly inharmonic, decaying partials with a knock at the onset. */
  piano(out, rate, chance) {
    for (let at = 0; at < out.length; at += Math.floor(rate * (0.12 + 0.25 * chance()))) {
      const f = frequencyOf(40 + Math.floor(44 * chance()));
      for (let h = 1; h <= 16 && h * f < 0.4 * rate; h++) {
        const partial = f * h * Math.sqrt(1 + 0.0004 * h * h);
        ring(
          out,
          at,
          rate,
          partial,
          Math.exp(-0.28 * h) * (0.6 + 0.8 * chance()),
          1.6 / (1 + 0.35 * h),
          chance,
        );
      }
      burst(out, at, rate, 0.02, 0.004, chance);
    }
  },
  /** Four players a note, each with a vibrato of their own, bow noise under it. */
  strings(out, rate, chance) {
    for (let player = 0; player < 12; player++) {
      const f = frequencyOf([48, 55, 64][player % 3]) * (1 + 0.004 * (chance() - 0.5));
      const speed = 4.5 + 2 * chance();
      let phase = chance();
      for (let n = 0; n < out.length; n++) {
        phase += (f * (1 + 0.004 * Math.sin((TWO_PI * speed * n) / rate + player))) / rate;
        const t = phase - Math.floor(phase);
        for (let h = 1; h <= 12; h++) out[n] += Math.sin(TWO_PI * h * t) / (h * 12);
      }
    }
    for (let n = 0; n < out.length; n++) out[n] += 0.01 * (2 * chance() - 1);
  },
  drums(out, rate, chance) {
    const step = Math.floor(0.125 * rate);
    for (let i = 0; i * step < out.length; i++) {
      const at = i * step;
      burst(out, at, rate, 0.25, 0.03, chance);
      if (i % 4 === 2) burst(out, at, rate, 0.7, 0.09, chance);
      if (i % 4 === 2) ring(out, at, rate, 187, 0.5, 0.08, chance);
      if (i % 4 !== 0) continue;
      for (let n = 0; n < 0.3 * rate && at + n < out.length; n++) {
        const t = n / rate;
        out[at + n] += Math.sin(TWO_PI * (50 * t + 9 * (1 - Math.exp(-t / 0.03)))) * Math.exp(-t / 0.12);
      }
    }
  },
  /** Pulses of a gliding pitch and some breath through the resonances of changing vowels. */
  voice(out, rate, chance) {
    const vowels = VOWELS;
    const state = new Float64Array(6);
    let phase = 0;
    for (let n = 0; n < out.length; n++) {
      const t = n / rate;
      phase += (140 + 40 * Math.sin(TWO_PI * 0.7 * t) + 4 * Math.sin(TWO_PI * 5.5 * t)) / rate;
      const pulse = phase >= 1 ? 1 + 0.1 * chance() : 0;
      if (phase >= 1) phase -= 1;
      const syllable = Math.max(0, Math.sin(TWO_PI * 2.2 * t)) ** 0.4;
      let value = syllable * (pulse + 0.02 * (2 * chance() - 1));
      const vowel = vowels[Math.floor(2.2 * t) % vowels.length];
      for (let r = 0; r < 3; r++) value = resonate(state, r, value, vowel[r] / rate, (60 + 40 * r) / rate);
      out[n] = value;
    }
  },
  bass(out, rate, chance) {
    const step = Math.floor(0.25 * rate);
    for (let at = 0; at < out.length; at += step) {
      const f = frequencyOf(28 + Math.floor(17 * chance()));
      for (let h = 1; h <= 14; h++) ring(out, at, rate, f * h, 1 / h ** 1.4, 0.5 / (1 + 0.2 * h), chance);
    }
  },
  /** Pink: the sum of noises that are drawn half as often each. */
  noise(out, _rate, chance) {
    const rows = new Float64Array(12);
    for (let n = 0; n < out.length; n++) {
      for (let r = 0; r < rows.length; r++) if (n % 2 ** r === 0) rows[r] = 2 * chance() - 1;
      for (const row of rows) out[n] += row;
    }
  },
  sine(out, rate) {
    for (let n = 0; n < out.length; n++) out[n] = Math.sin((TWO_PI * 997 * n) / rate);
  },
};

function ring(
  out: Float64Array,
  at: number,
  rate: number,
  frequency: number,
  gain: number,
  decaySeconds: number,
  chance: Chance,
): void {
  const end = Math.min(out.length, at + Math.floor(6 * decaySeconds * rate));
  // A phasor that turns and shrinks: a sine and an exponential for each sample would take minutes.
  const shrink = Math.exp(-1 / (decaySeconds * rate));
  const turn = (TWO_PI * frequency) / rate;
  const stepRe = shrink * Math.cos(turn);
  const stepIm = shrink * Math.sin(turn);
  const start = TWO_PI * chance();
  let re = gain * Math.cos(start);
  let im = gain * Math.sin(start);
  for (let n = at; n < end; n++) {
    out[n] += Math.min(1, (n - at) / (0.002 * rate)) * im;
    const next = re * stepRe - im * stepIm;
    im = re * stepIm + im * stepRe;
    re = next;
  }
}

function burst(
  out: Float64Array,
  at: number,
  rate: number,
  gain: number,
  decaySeconds: number,
  chance: Chance,
): void {
  for (let n = 0; n < 6 * decaySeconds * rate && at + n < out.length; n++) {
    out[at + n] += gain * (2 * chance() - 1) * Math.exp(-n / (decaySeconds * rate));
  }
}

/** Two-pole resonance number `index`; frequency and width as shares of the sample rate. */
function resonate(
  state: Float64Array,
  index: number,
  value: number,
  frequency: number,
  width: number,
): number {
  const radius = Math.exp(-Math.PI * width);
  const turn = 2 * radius * Math.cos(TWO_PI * frequency);
  const result = value + turn * state[2 * index] - radius * radius * state[2 * index + 1];
  state[2 * index + 1] = state[2 * index];
  state[2 * index] = result;
  return result * 0.3;
}
