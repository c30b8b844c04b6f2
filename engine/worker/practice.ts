// Before an engine goes live it plays for a moment with itself: two engines in memory, a plugin at each, audio,
// MIDI, and what redundancy adds. What has run often is compiled and in its final shape when the first real note
// comes; without this a first note takes milliseconds, and the first minute has stalls.
import type { NetworkOptions } from '../../bridge/index.js';
import { nowUs } from '../../bridge/index.js';
import { MetricsSlab } from '../base/metrics-slab.js';
import { MODE } from '../path/slot-view.js';
import { EngineCore } from './engine-core.js';
import type { EngineThreadData } from './messages.js';
import { PracticeNetwork } from './practice-network.js';
import { PRACTICE_BLOCK_US, PracticePlugin } from './practice-plugin.js';

const EVENT_EVERY_BLOCKS = 3;
const HOUSE_KEEPING_EVERY_BLOCKS = 75;

class Player {
  readonly network: PracticeNetwork;
  readonly metrics = new MetricsSlab();
  readonly core: EngineCore;
  private readonly plugin: PracticePlugin;

  constructor(data: EngineThreadData, mode: 'send' | 'receive') {
    this.plugin = new PracticePlugin(MODE[mode]);
    const segment = { name: '', buffer: this.plugin.segment.buffer, created: true, close: () => {} };
    let network: PracticeNetwork | undefined;
    const open = (options: NetworkOptions) => {
      network = new PracticeNetwork(options);
      return network;
    };
    // Ids of its own: an engine doesn't hear itself.
    const ids = { senderIdLow: mode === 'send' ? 1 : 2, senderIdHigh: 0 };
    const own = { ...data, ...ids, pipelineMemory: null };
    this.core = new EngineCore(segment, this.plugin.segment, this.metrics, own, () => {}, open);
    if (network === undefined) throw new Error('the engine opened no network');
    this.network = network;
  }

  /** Takes what came, in one pass; with a block of its plugin before it. */
  pass(timeUs: number, block: boolean, event: number): void {
    if (block) this.plugin.process(event, timeUs);
    this.network.clockUs[0] = timeUs;
    this.core.wait(0, 0);
    this.core.tick(timeUs);
  }
}

export interface Practised {
  readonly blocks: number;
  /** Counters of the receiving engine. */
  readonly metrics: MetricsSlab;
}

/** At most `blocksMax` blocks, at most `budgetUs`. [engine-thread] */
export function practise(data: EngineThreadData, blocksMax: number, budgetUs: number): Practised {
  const startUs = nowUs();
  const sender = new Player(data, 'send');
  const receiver = new Player(data, 'receive');
  sender.network.other = receiver.network;
  receiver.network.other = sender.network;
  let blocks = 0;
  for (; blocks < blocksMax && nowUs() - startUs < budgetUs; blocks++) {
    const timeUs = startUs + blocks * PRACTICE_BLOCK_US;
    receiver.pass(timeUs, true, 0);
    sender.pass(timeUs, true, blocks % EVENT_EVERY_BLOCKS === 0 ? noteOf(blocks) : 0);
    receiver.pass(timeUs, false, 0);
    // Further copies, repeats and what redundancy adds are due between blocks.
    sender.pass(timeUs + PRACTICE_BLOCK_US / 2, false, 0);
    receiver.pass(timeUs + PRACTICE_BLOCK_US / 2, false, 0);
    if (blocks % HOUSE_KEEPING_EVERY_BLOCKS === 0) {
      sender.core.houseKeeping(timeUs);
      receiver.core.houseKeeping(timeUs);
    }
  }
  return { blocks, metrics: receiver.metrics };
}

/** Note on and note off by turns, up and down the keyboard. */
function noteOf(block: number): number {
  const count = Math.floor(block / EVENT_EVERY_BLOCKS);
  const note = 36 + ((count >> 1) % 48);
  return ((count & 1) === 0 ? 0x90 : 0x80) | (note << 8) | (100 << 16);
}
