// A line that is good, bad and terrible by turns, and stays the same by seed.
import type { Fate, FateSource, PacketIdentity } from '../../engine/impairment/fate.js';
import { Impairment, type ImpairmentOptions, NO_IMPAIRMENT } from '../../engine/impairment/impairment.js';
import { type PROFILE_NAMES, type Profile, readProfile } from '../../engine/impairment/profile.js';

interface Weather {
  readonly seconds: number;
  readonly line: Partial<ImpairmentOptions>;
}

/** One turn; then it begins again. */
const TURN: readonly Weather[] = [
  { seconds: 5, line: {} },
  { seconds: 10, line: profile('wifi') },
  { seconds: 10, line: { lossAudio: 0.33, lossMidi: 0.66, lossOther: 0.1 } },
  { seconds: 20, line: profile('extreme') },
  { seconds: 10, line: { ...loss(0.1), burstPackets: 6, jitterMs: 2 } },
  { seconds: 15, line: profile('congested') },
];

interface Spell {
  readonly startUs: number;
  readonly lengthUs: number;
  readonly line: Impairment;
}

export class MixedLine implements FateSource {
  private readonly spells: readonly Spell[];
  private readonly turnUs: number;

  constructor(seed: number) {
    let startUs = 0;
    this.spells = TURN.map(({ seconds, line }, index) => {
      const lengthUs = seconds * 1e6;
      const spell = {
        startUs,
        lengthUs,
        line: new Impairment({ ...NO_IMPAIRMENT, ...line, seed: seed * 100 + index }),
      };
      startUs += lengthUs;
      return spell;
    });
    this.turnUs = startUs;
  }

  /** Each line goes on where it was when its turn ended. */
  decide(direction: number, packet: PacketIdentity, fate: Fate, atUs: number): void {
    const turn = Math.floor(atUs / this.turnUs);
    const inTurnUs = atUs - turn * this.turnUs;
    const { startUs, lengthUs, line } =
      this.spells.findLast((spell) => spell.startUs <= inTurnUs) ?? this.spells[0];
    line.decide(direction, packet, fate, turn * lengthUs + inTurnUs - startUs);
  }
}

function loss(share: number): Partial<ImpairmentOptions> {
  return { lossAudio: share, lossMidi: share, lossOther: share };
}

function profile(name: (typeof PROFILE_NAMES)[number]): Profile {
  const read = readProfile(name);
  if (Array.isArray(read)) throw new Error(`profile ${name} is broken`);
  return read as Profile;
}
