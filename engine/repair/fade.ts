// What is made up without knowing what follows is soon wrong: it fades, then it is silent.
export const FADE_FROM_MS = 10;
export const FADE_TO_MS = 60;

/** 1 up to FADE_FROM_MS after the gap's first frame, 0 from FADE_TO_MS on, without a corner between. */
export function fadeGain(ageFrames: number, sampleRate: number): number {
  const ageMs = (ageFrames * 1000) / sampleRate;
  if (ageMs <= FADE_FROM_MS) return 1;
  if (ageMs >= FADE_TO_MS) return 0;
  return 0.5 + 0.5 * Math.cos((Math.PI * (ageMs - FADE_FROM_MS)) / (FADE_TO_MS - FADE_FROM_MS));
}
