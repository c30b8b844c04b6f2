// A short piece of the crash matrix (test/crash has all of it): five kills of engines, five of hosts, an engine
// that stands still for a while.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { chanceOf } from '../../engine/demo/chance.js';
import { killEngines, killHosts, type RoundResult, stopAndContinue } from './support/crash-round.js';
import { LiveWorld } from './support/live-world.js';
import { SEED } from './support/seed.js';
import { sharedObjects } from './support/shared-memory.js';

const KILLS = 5;
/** Wide, for machines that do much else; test:crash holds it to one second. */
const BACK_MS_MAX = 3000;

let world: LiveWorld;
beforeEach(() => {
  world = new LiveWorld();
});
afterEach(async () => {
  await world.close();
  expect(sharedObjects(world.segmentPrefix)).toEqual([]);
});

function expectBack({ backMs }: RoundResult): void {
  expect(backMs.length).toBeGreaterThan(1);
  expect(Math.max(...backMs), `ms until sound was back: ${backMs}`).toBeLessThan(BACK_MS_MAX);
}

it(`engines killed ${KILLS} times, seed ${SEED}`, async () => {
  expectBack(await killEngines(world, KILLS, chanceOf(SEED)));
});

it(`hosts killed ${KILLS} times, seed ${SEED}`, async () => {
  expectBack(await killHosts(world, KILLS, chanceOf(SEED)));
});

it('engines that stand still for 3 s', async () => {
  expectBack(await stopAndContinue(world, 3000));
});
