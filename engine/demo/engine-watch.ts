// Looks into a running engine's segment: is it there, what does its status say. Reads memory only.
import { LAYOUT, openSegment } from '../../bridge/index.js';
import { StatusArea } from '../control/status-area.js';
import type { ReceivedStream, SentStream, StatusDocument } from '../control/status-document.js';

export class EngineWatch {
  private area: StatusArea | undefined;
  /** The last document read: streams are gone from later ones when they end. */
  latest: StatusDocument | undefined;
  private readonly streams = new Map<string, SentStream | ReceivedStream>();

  constructor(private readonly segment: string) {}

  /** True when there is a status to look at. */
  look(): boolean {
    if (this.area === undefined) {
      const segment = openSegment(this.segment);
      if (typeof segment === 'string') return false;
      this.area = new StatusArea(segment.buffer, LAYOUT);
    }
    const text = this.area.read();
    if (text === '') return false;
    this.latest = JSON.parse(text) as StatusDocument;
    for (const stream of this.latest.streams) this.streams.set(`${stream.direction} ${stream.kind}`, stream);
    return true;
  }

  sent(kind: 'audio' | 'midi'): SentStream | undefined {
    return this.streams.get(`sent ${kind}`) as SentStream | undefined;
  }

  received(kind: 'audio' | 'midi'): ReceivedStream | undefined {
    return this.streams.get(`received ${kind}`) as ReceivedStream | undefined;
  }

  /** True when a plugin in this mode is at work. */
  hasPlugin(mode: string): boolean {
    return this.latest?.slots.some((slot) => slot.active && slot.mode === mode) ?? false;
  }
}
