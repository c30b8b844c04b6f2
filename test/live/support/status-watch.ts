// What the engine of a segment says of itself, looked at again and again: `jambridge status` without a process.
import { statSync } from 'node:fs';
import { LAYOUT, openSegment, type Segment } from '../../../bridge/index.js';
import { StatusArea } from '../../../engine/control/status-area.js';
import type {
  ReceivedStream,
  SentStream,
  SlotStatus,
  StatusDocument,
} from '../../../engine/control/status-document.js';
import { engineTrouble, readEngineRole } from '../../../engine/control/status-reader.js';
import { sharedObjectPath } from './shared-memory.js';

export class StatusWatch {
  private segment: Segment | undefined;
  private inode = 0;
  /** Slots as they were when they were last seen: they go with their plugin. */
  lastSlots: readonly SlotStatus[] = [];

  constructor(private readonly name: string) {}

  /** Undefined while no living engine says anything. */
  read(): StatusDocument | undefined {
    const segment = this.open();
    if (segment === undefined || engineTrouble(readEngineRole(segment)) !== '') return undefined;
    const text = new StatusArea(segment.buffer, LAYOUT).read();
    if (text === '') return undefined;
    const status = JSON.parse(text) as StatusDocument;
    if (status.slots.length > 0) this.lastSlots = status.slots;
    return status;
  }

  received(kind: 'audio' | 'midi'): ReceivedStream[] {
    const streams = this.read()?.streams ?? [];
    return streams.filter((s): s is ReceivedStream => s.direction === 'received' && s.kind === kind);
  }

  sent(kind: 'audio' | 'midi'): SentStream[] {
    const streams = this.read()?.streams ?? [];
    return streams.filter((s): s is SentStream => s.direction === 'sent' && s.kind === kind);
  }

  /** Plugins at work. */
  activeSlots(): SlotStatus[] {
    return this.read()?.slots.filter((slot) => slot.active) ?? [];
  }

  /** An engine may replace the object behind the name. */
  private open(): Segment | undefined {
    const inode = statSync(sharedObjectPath(this.name), { throwIfNoEntry: false })?.ino ?? 0;
    if (inode !== this.inode || this.segment === undefined) {
      this.inode = inode;
      const opened = inode === 0 ? '' : openSegment(this.name);
      this.segment = typeof opened === 'string' ? undefined : opened;
    }
    return this.segment;
  }
}
