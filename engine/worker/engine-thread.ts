// The engine thread: one loop for both directions. It waits natively on sockets and doorbell, takes what came,
// sends what was captured, writes what is due. No event loop, no promises, no allocation per tick.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import {
  LAYOUT,
  lockMemory,
  nowUs,
  openSegment,
  reapDeadSlots,
  requestRealtime,
  type Segment,
} from '../../bridge/index.js';
import { GLOBAL, MetricsSlab } from '../base/metrics-slab.js';
import { warmUpConversion } from '../drift/warm-up.js';
import { SegmentView, segmentOffsets } from '../path/segment-view.js';
import { warmUpRepair } from '../repair/warm-up.js';
import { EngineCore } from './engine-core.js';
import type { EngineThreadData, FromEngine, ToEngine } from './messages.js';
import { practise } from './practice.js';

const TICK_MAX_US = 100_000;
const HOUSE_KEEPING_US = 100_000;
/** Enough for the compiler; a slow machine goes live with less. */
const PRACTICE_BLOCKS_MAX = 1500;
const PRACTICE_US = 150_000;
const REAP_US = 1_000_000;

function post(message: FromEngine): void {
  parentPort?.postMessage(message);
}

function attach(name: string): Segment {
  const segment = openSegment(name);
  if (typeof segment === 'string') throw new Error(segment);
  return segment;
}

/** Runs until told to stop. [engine-thread] */
function run(data: EngineThreadData, commands: MessagePort): void {
  warmUpRepair();
  warmUpConversion();
  practise(data, PRACTICE_BLOCKS_MAX, PRACTICE_US);
  const segment = attach(data.segmentName);
  const metrics = new MetricsSlab(data.metricsMemory);
  const signal = new Int32Array(data.signalMemory);
  const view = new SegmentView(segment.buffer, segmentOffsets(LAYOUT));
  const core = new EngineCore(segment, view, metrics, data, post);
  const realtime =
    data.settings.realtimePriority > 0 ? requestRealtime(data.settings.realtimePriority) : 'off';
  if (realtime === '') lockMemory();
  metrics.setGlobal(GLOBAL.realtimePriority, realtime === '' ? data.settings.realtimePriority : 0);
  metrics.setGlobal(GLOBAL.startedUs, nowUs());
  post({ kind: 'ready', realtime, receiveBufferBytes: core.receiveBufferBytes });
  let houseKeepingUs = 0;
  let reapUs = 0;
  let running = true;
  while (running) {
    const publishSeen = view.publishCount();
    const startUs = nowUs();
    view.beat(startUs);
    const dueUs = core.tick(startUs);
    if (startUs >= houseKeepingUs) {
      houseKeepingUs = startUs + HOUSE_KEEPING_US;
      core.houseKeeping(startUs);
    }
    if (startUs >= reapUs) {
      reapUs = startUs + REAP_US;
      reapDeadSlots(segment);
    }
    // SYNC POINT commands: the control thread posts, then raises the signal, then rings.
    if (Atomics.exchange(signal, 0, 0) !== 0) running = takeCommands(core, commands);
    const endUs = nowUs();
    metrics.addGlobal(GLOBAL.ticks, 1);
    metrics.setGlobal(GLOBAL.heartbeatUs, endUs);
    if (endUs - startUs > metrics.global(GLOBAL.tickMaxUs))
      metrics.setGlobal(GLOBAL.tickMaxUs, endUs - startUs);
    if (running) core.wait(publishSeen, Math.max(0, Math.min(TICK_MAX_US, dueUs - endUs)));
  }
  core.close();
  post({ kind: 'stopped' });
}

function takeCommands(core: EngineCore, commands: MessagePort): boolean {
  for (;;) {
    const received = receiveMessageOnPort(commands) as { message: ToEngine } | undefined;
    if (received === undefined) return true;
    const { message } = received;
    switch (message.kind) {
      case 'announcement':
        core.announce(message.body);
        break;
      case 'peerStreams':
        core.peerStreams(message);
        break;
      case 'receptions':
        core.hearReceptions(message.receptions);
        break;
      case 'songPlace':
        core.songPlace(message);
        break;
      case 'settings':
        core.change(message.settings);
        break;
      case 'stop':
        core.farewell(message.farewell);
        return false;
    }
  }
}

const data = workerData as EngineThreadData & { commands: MessagePort };
try {
  run(data, data.commands);
} catch (error) {
  post({ kind: 'fatal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
