// What is compared: how a system is started at both ends of the line, and where the tape is connected to it.
import type { Studio } from './line.js';

export interface Program {
  readonly at: Studio;
  readonly command: string;
  readonly args: readonly string[];
}

export interface Rival {
  readonly system: string;
  readonly variant: string;
  /** Debian packages without which it can't run; the first one's version is shown. */
  readonly packages: readonly string[];
  /** UDP ports of studio B that its packets for B go to. */
  readonly ports: readonly number[];
  /** In the order of their start. The first one of each studio is charged with processor time. */
  readonly programs: readonly Program[];
  /** JACK ports. Sound goes to `to` and comes from `from`; '' where the system carries none. */
  readonly to: readonly string[];
  readonly from: readonly string[];
  readonly midiTo: string;
  readonly midiFrom: string;
}

/** Frames in a period of JACK, and in a block of our hosts: what all of them are used with. */
export const PERIOD_FRAMES = 256;
