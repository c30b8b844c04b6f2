/**
 * MIDI events on their way between a stage and the wire: parallel arrays, and one arena for the messages'
 * bytes. Owner: whoever made it; everything is allocated at construction; one thread at a time.
 * When it is full, further events are refused, and counted by whoever brings them. [engine-thread]
 */
export class MidiBatch {
  /** Relative to the media time of the packet; negative for events repeated from the past. */
  readonly frameOffset: Int32Array;
  readonly eventNumber: Uint32Array;
  /** 0 where a base-only peer gave no number. */
  readonly hasNumber: Uint8Array;
  readonly byteOffset: Uint32Array;
  readonly byteLength: Uint32Array;
  readonly bytes: Uint8Array;
  count = 0;
  /** Bytes of the arena in use; a decoder builds its next message from here on. */
  bytesUsed = 0;
  /** Events that were not valid or found no room, since the batch was cleared. */
  skipped = 0;

  constructor(
    readonly capacity: number,
    bytesMax: number,
  ) {
    this.frameOffset = new Int32Array(capacity);
    this.eventNumber = new Uint32Array(capacity);
    this.hasNumber = new Uint8Array(capacity);
    this.byteOffset = new Uint32Array(capacity);
    this.byteLength = new Uint32Array(capacity);
    this.bytes = new Uint8Array(bytesMax);
  }

  clear(): void {
    this.count = 0;
    this.bytesUsed = 0;
    this.skipped = 0;
  }

  /** Room for one more event of this many bytes? */
  fits(length: number): boolean {
    return this.count < this.capacity && this.bytesUsed + length <= this.bytes.length;
  }

  /** Copies one whole message in; false when there is no room. */
  push(frameOffset: number, eventNumber: number, source: Uint8Array, start: number, length: number): boolean {
    if (!this.fits(length)) return false;
    for (let i = 0; i < length; i++) this.bytes[this.bytesUsed + i] = source[start + i];
    this.commit(frameOffset, eventNumber, 1, length);
    return true;
  }

  /** Makes an event of the `length` bytes that were written from `bytesUsed` on, for which there was room. */
  commit(frameOffset: number, eventNumber: number, hasNumber: number, length: number): void {
    const index = this.count++;
    this.frameOffset[index] = frameOffset;
    this.eventNumber[index] = eventNumber;
    this.hasNumber[index] = hasNumber;
    this.byteOffset[index] = this.bytesUsed;
    this.byteLength[index] = length;
    this.bytesUsed += length;
  }
}

/** What a writer did: bytes written, and the first event that is still to be written. */
export interface MidiWritten {
  bytes: number;
  next: number;
}
