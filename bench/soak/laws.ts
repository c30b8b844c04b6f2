// What must add up at any moment, whatever the network does: nothing counted twice, nothing forgotten.
import { REJECT_REASONS } from '../../engine/base/metrics-slab.js';
import { PACKET_TYPE } from '../../engine/toast/types.js';
import type { Simulation } from '../../test/simulation/support/simulation.js';
import type { VirtualEngine } from '../../test/simulation/support/virtual-engine.js';

/** One law: what it says, and both sides of it. */
export interface Law {
  readonly name: string;
  readonly left: number;
  readonly right: number;
  /** How far apart they may be: what is under way. */
  readonly within?: number;
}

/** Those that don't hold, in words. */
export function broken(laws: readonly Law[]): string[] {
  return laws
    .filter(({ left, right, within }) => Math.abs(left - right) > (within ?? 0))
    .map(
      ({ name, left, right, within }) => `${name}: ${left}, ${right}${within ? ` (within ${within})` : ''}`,
    );
}

export function lawsOfNetwork(simulation: Simulation): Law[] {
  const { datagramsFor, duplicated, lost, arrived, underWay } = simulation;
  return [
    {
      name: 'sent + doubled = lost + arrived + under way',
      left: datagramsFor + duplicated,
      right: lost + arrived + underWay,
    },
  ];
}

/** @param sentByType datagrams of this engine that were seen on the wire, by packet type */
export function lawsOfSender(engine: VirtualEngine, sentByType: ReadonlyMap<number, number>): Law[] {
  const seen = (type: number) => sentByType.get(type) ?? 0;
  return [
    {
      name: 'audio datagrams sent = seen on the wire',
      left: engine.total('sent', PACKET_TYPE.audio, 1),
      right: seen(PACKET_TYPE.audio) + seen(PACKET_TYPE.repair),
    },
    {
      name: 'MIDI datagrams sent = seen on the wire',
      left: engine.total('sent', PACKET_TYPE.midi, 1),
      right: seen(PACKET_TYPE.midi),
    },
  ];
}

export function lawsOfReceiver(engine: VirtualEngine, arrived: number): Law[] {
  const audio = (...columns: Parameters<VirtualEngine['total']>[0][]) =>
    columns.reduce((sum, column) => sum + engine.total(column, PACKET_TYPE.audio, 0), 0);
  const midi = (...columns: Parameters<VirtualEngine['total']>[0][]) =>
    columns.reduce((sum, column) => sum + engine.total(column, PACKET_TYPE.midi, 0), 0);
  const judged = REJECT_REASONS.reduce((sum, _, reason) => sum + engine.metrics.rejects(reason), 0);
  return [
    { name: 'datagrams arrived = accepted + rejected', left: arrived, right: judged },
    {
      name: 'audio received = rejected + duplicates + late + accepted',
      left: audio('received'),
      right: audio('rejected', 'duplicates', 'late', 'accepted'),
    },
    {
      name: 'MIDI received = rejected + duplicates + late + accepted',
      left: midi('received'),
      right: midi('rejected', 'duplicates', 'late', 'accepted'),
    },
    {
      name: 'frames played = received + recovered + concealed + silent',
      left: audio('framesPlayed'),
      right: audio('framesReceived', 'framesRecovered', 'framesConcealed', 'framesSilent'),
    },
  ];
}
