// Messages that wait for their frame. The engine writes them as they arrive: unsorted, far ahead.

const MESSAGES_MAX = 4096;
const BYTES_MAX = 256 * 1024;

interface Waiting {
  readonly frameLow: number;
  readonly message: Uint8Array;
}

export class PendingMidi {
  private readonly waiting: Waiting[] = [];
  private bytes = 0;

  /** False when there is no room. Equal frames keep their order. [control-thread] */
  add(frameLow: number, message: Uint8Array): boolean {
    if (this.waiting.length >= MESSAGES_MAX || this.bytes + message.length > BYTES_MAX) return false;
    let at = this.waiting.length;
    while (at > 0 && ((frameLow - this.waiting[at - 1].frameLow) | 0) < 0) at--;
    this.waiting.splice(at, 0, { frameLow, message: message.slice() });
    this.bytes += message.length;
    return true;
  }

  /** The first message whose frame lies before `end`; null when none is due. */
  next(end: number): Uint8Array | null {
    const first = this.waiting[0];
    if (first === undefined || ((first.frameLow - end) | 0) >= 0) return null;
    this.waiting.shift();
    this.bytes -= first.message.length;
    return first.message;
  }

  clear(): void {
    this.waiting.length = 0;
    this.bytes = 0;
  }
}
