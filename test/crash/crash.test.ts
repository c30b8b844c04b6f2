// The crash matrix at length, on request: `npm run test:crash -- --kills 200`. A round is as long as a numbered
// signal can be told apart; many rounds make the count.
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chanceOf } from '../../engine/demo/chance.js';
import {
  BACK_MS_MAX,
  killEngines,
  killHosts,
  type RoundResult,
  stopAndContinue,
} from '../live/support/crash-round.js';
import { LiveWorld } from '../live/support/live-world.js';
import { SEED } from '../live/support/seed.js';
import { sharedObjects } from '../live/support/shared-memory.js';

const KILLS = Number(process.env.JAMBRIDGE_KILLS ?? 5);
const STOP_MS = Number(process.env.JAMBRIDGE_STOP_MS ?? 2000);
const KILLS_A_ROUND = 15;
const ROUND_MS_MAX = 180_000;

let world: LiveWorld;
const said: string[] = [];
beforeEach(() => {
  world = new LiveWorld();
});
afterEach(async () => {
  await world.close();
  expect(sharedObjects(world.segmentPrefix)).toEqual([]);
});
afterAll(() => console.log(said.join('\n')));

/** Sizes of the rounds that make so many kills. */
const rounds = (kills: number): number[] =>
  Array.from({ length: Math.ceil(kills / KILLS_A_ROUND) }, (_, n) =>
    Math.min(KILLS_A_ROUND, kills - n * KILLS_A_ROUND),
  );

const all: Record<string, number[]> = {};

function note(what: string, { backMs }: RoundResult): void {
  all[what] = [...(all[what] ?? []), ...backMs];
  expect(Math.max(...backMs), `${what}, ms until sound was back: ${backMs}`).toBeLessThan(BACK_MS_MAX);
}

function summary(what: string): void {
  const sorted = (all[what] ?? []).toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))]);
  said.push(`${what}: ${sorted.length} times, sound back after p50 ${at(0.5)} ms, max ${at(1)} ms`);
}

describe(`killed ${KILLS} times each, seed ${SEED}`, () => {
  for (const [number, kills] of rounds(KILLS).entries()) {
    it(
      `engines, round ${number + 1}`,
      async () => note('engine killed', await killEngines(world, kills, chanceOf(SEED + number))),
      ROUND_MS_MAX,
    );
  }
  for (const [number, kills] of rounds(KILLS).entries()) {
    it(
      `hosts, round ${number + 1}`,
      async () => note('host killed', await killHosts(world, kills, chanceOf(SEED + 1000 + number))),
      ROUND_MS_MAX,
    );
  }
  it('all in all', () => {
    for (const what of ['engine killed', 'host killed']) summary(what);
  });
});

it(
  `engines stopped for ${STOP_MS} ms, as a machine that is suspended`,
  async () => {
    note('engine continued', await stopAndContinue(world, STOP_MS));
    summary('engine continued');
  },
  ROUND_MS_MAX,
);
