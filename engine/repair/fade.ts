// What is made up without knowing what follows is soon wrong: it fades, then it is silent.
const FADE_FROM_MS = 10;
const FADE_TO_MS = 60;

/**
 * Gains by age in frames since the gap began: 1 at first, then down without a corner. Silence behind the
 * table's end.
 */
export function fadeTable(sampleRate: number): Float64Array {
  const gains = new Float64Array(Math.ceil((FADE_TO_MS * sampleRate) / 1000));
  for (let age = 0; age < gains.length; age++) {
    const share = ((age * 1000) / sampleRate - FADE_FROM_MS) / (FADE_TO_MS - FADE_FROM_MS);
    gains[age] = share <= 0 ? 1 : 0.5 + 0.5 * Math.cos(Math.PI * share);
  }
  return gains;
}
