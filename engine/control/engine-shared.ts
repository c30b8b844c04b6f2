// The segment from the engine process's side: made or adopted, its engine role held.
import {
  beatSlot,
  claimEngine,
  claimSlot,
  createSegment,
  LAYOUT,
  nowUs,
  releaseEngine,
  releaseSlot,
  ringDoorbell,
  type Segment,
} from '../../bridge/index.js';
import { SegmentView, segmentOffsets } from '../path/segment-view.js';
import type { DeviceHost } from './device-slot.js';

export interface HeldSegment {
  readonly segment: Segment;
  readonly view: SegmentView;
  readonly generation: number;
}

/** Takes the engine role; a text says why it can't be had. [control-thread] */
export function holdSegment(name: string, sessionName: string): HeldSegment | string {
  const segment = createSegment(name);
  const claim = claimEngine(segment, sessionName);
  if (!claim.ok) {
    segment.close();
    return `another engine (process ${claim.pid}) already runs on the shared segment ${segment.name}; stop it, or give this one a segment of its own with --segment NAME`;
  }
  const view = new SegmentView(segment.buffer, segmentOffsets(LAYOUT));
  return { segment, view, generation: claim.generation };
}

/** Gives the role back; the segment goes too when no plugin uses it. */
export function letGoSegment({ segment }: HeldSegment): void {
  releaseEngine(segment, true);
  segment.close();
}

/** Slots for the MIDI devices of this process. */
export function deviceHost({ segment, view }: HeldSegment): DeviceHost {
  return {
    segment: view,
    layout: LAYOUT,
    claim: () => claimSlot(segment, 0, 0),
    beat: (slot) => beatSlot(segment, slot),
    release: (slot) => releaseSlot(segment, slot),
    ringDoorbell: () => ringDoorbell(segment),
    nowUs,
  };
}
