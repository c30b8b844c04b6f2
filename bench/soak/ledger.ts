// Everything heard, in two forms that don't grow: a digest, and how often each MIDI message is still owed.

const FNV_PRIME = 0x01000193;

/** FNV-1a over 32-bit words. */
export class Digest {
  private hash = 0x811c9dc5;

  add(word: number): void {
    this.hash = Math.imul(this.hash ^ word, FNV_PRIME);
  }
  addSamples(samples: Float32Array): void {
    const words = new Int32Array(samples.buffer, samples.byteOffset, samples.length);
    for (let i = 0; i < words.length; i++) this.add(words[i]);
  }
  addBytes(bytes: readonly number[]): void {
    for (const byte of bytes) this.add(byte);
  }

  get text(): string {
    return (this.hash >>> 0).toString(16).padStart(8, '0');
  }
}

export class MidiLedger {
  private readonly owed = new Map<string, number>();
  private readonly sounding = new Set<number>();
  sent = 0;
  heard = 0;

  send(bytes: readonly number[]): void {
    this.sent++;
    this.change(bytes, 1);
  }

  hear(bytes: readonly number[]): void {
    this.heard++;
    this.change(bytes, -1);
    const kind = bytes[0] & 0xf0;
    const note = ((bytes[0] & 15) << 7) | bytes[1];
    if (kind === 0x90 && bytes[2] > 0) this.sounding.add(note);
    else if (kind === 0x80 || kind === 0x90) this.sounding.delete(note);
  }

  get missing(): number {
    return this.sum((count) => Math.max(0, count));
  }
  /** Heard twice, or never sent. */
  get surplus(): number {
    return this.sum((count) => Math.max(0, -count));
  }
  get hung(): number {
    return this.sounding.size;
  }

  private change(bytes: readonly number[], by: number): void {
    const key = keyOf(bytes);
    const count = (this.owed.get(key) ?? 0) + by;
    if (count === 0) this.owed.delete(key);
    else this.owed.set(key, count);
  }

  private sum(part: (count: number) => number): number {
    let total = 0;
    for (const count of this.owed.values()) total += part(count);
    return total;
  }
}

/** Long messages by their digest. */
function keyOf(bytes: readonly number[]): string {
  if (bytes.length <= 3) return bytes.join();
  const digest = new Digest();
  digest.addBytes(bytes);
  return `${bytes.length} ${digest.text}`;
}
