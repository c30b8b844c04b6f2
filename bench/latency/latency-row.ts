// From times to a row: what is set against what.
//
//   our      the sending engine's tick begins -> the event's record lies in the receiver's playout ring
//   floor    before sendto() -> recv() has returned, in plain C
//   plugin   before the sending plugin's process() -> the record lies in the receiver's playout ring
//   relayed  before publishing in shared memory -> recv() has returned, with one C process between that is woken
//            by a bell (or spins) and sends the packet: the same hops as the plugin's way
import type { Row } from '../bench.js';
import { medianOfPercentiles, rounded } from '../support/statistics.js';

export interface LatencyTimes {
  /** By repetition, microseconds. */
  readonly our: readonly (readonly number[])[];
  readonly packet: readonly (readonly number[])[];
  readonly plugin: readonly (readonly number[])[];
  readonly floor: readonly (readonly number[])[];
  readonly relayed: readonly (readonly number[])[];
}

export interface LatencyCase {
  readonly wait: 'blocking' | 'spinning';
  readonly realtime: boolean;
  readonly packetBytes: number;
  readonly eventsSent: number;
}

const PATH =
  "our: sending engine's tick begins (event waits in its capture ring) -> read, packetized, framed, multicast, received, verified, deduplicated, decoded -> written to the receiver's playout ring. " +
  "floor: plain C, before sendto() -> recv() returned, packet of the same size. plugin: from before the sending plugin's process(), so with shared memory and the engine's wake-up. " +
  'relayed: plain C with the same hops as plugin. packet: our, up to where the receiving engine has the datagram.';

export function latencyRow(
  { wait, realtime, packetBytes, eventsSent }: LatencyCase,
  times: LatencyTimes,
): Row {
  const us = (name: keyof LatencyTimes, share: number) => medianOfPercentiles(times[name], share);
  const count = (name: keyof LatencyTimes) => times[name].reduce((total, { length }) => total + length, 0);
  const ratio = (name: keyof LatencyTimes, base: keyof LatencyTimes, share: number) =>
    rounded(us(name, share) / us(base, share), 2);
  return {
    wait,
    realtime,
    ourP50Us: rounded(us('our', 0.5)),
    ourP99Us: rounded(us('our', 0.99)),
    floorP50Us: rounded(us('floor', 0.5)),
    floorP99Us: rounded(us('floor', 0.99)),
    ratioP50: ratio('our', 'floor', 0.5),
    ratioP99: ratio('our', 'floor', 0.99),
    packetP50Us: rounded(us('packet', 0.5)),
    packetP99Us: rounded(us('packet', 0.99)),
    pluginP50Us: rounded(us('plugin', 0.5)),
    pluginP99Us: rounded(us('plugin', 0.99)),
    relayedFloorP50Us: rounded(us('relayed', 0.5)),
    relayedFloorP99Us: rounded(us('relayed', 0.99)),
    pluginRatioP50: ratio('plugin', 'relayed', 0.5),
    pluginRatioP99: ratio('plugin', 'relayed', 0.99),
    ourSamples: count('our'),
    floorSamples: count('floor'),
    repetitions: times.our.length,
    eventsSent,
    packetBytes,
    path: PATH,
  };
}
