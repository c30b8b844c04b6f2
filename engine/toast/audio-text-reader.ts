// Reads the text forms of an audio body: one object with the PCM in base64 under "data", or with the
// interleaved samples as an array of numbers under "samples". A number under "samples" counts frames; a peer
// that counts the samples of all channels is understood by the size of its data. Unknown keys are skipped.
import { type AudioBody, plausibleAudio, SAMPLE_ENCODING, sampleBytes } from './audio-body.js';
import { FORMAT_NAMES, TEXT_PCM_BYTES_MAX } from './audio-compact.js';
import { base64Bytes } from './base64.js';
import { ByteScanner } from './byte-scanner.js';
import { SAMPLE_FORMAT } from './types.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

const KEY_FORMAT = ascii('format');
const KEY_CHANNELS = ascii('channels');
const KEY_RATE = ascii('sample_rate');
const KEY_SAMPLES = ascii('samples');
const KEY_DATA = ascii('data');
const COUNT_MAX = 1e6;
const ABSENT = -1;

export class AudioTextReader {
  private readonly scanner = new ByteScanner();
  private sampleFormat: number = ABSENT;
  private channels = ABSENT;
  private sampleRate = ABSENT;
  private samples = ABSENT;
  private dataStart = ABSENT;
  private dataEnd = ABSENT;
  private numbersStart = ABSENT;
  private numbersCount = 0;

  /** Where the samples begin stays as text: the slab isn't written to. [engine-thread] */
  read(bytes: Uint8Array, start: number, length: number, out: AudioBody): boolean {
    const { scanner } = this;
    scanner.begin(bytes, start, start + length);
    this.sampleFormat = SAMPLE_FORMAT.f32;
    this.channels = ABSENT;
    this.sampleRate = ABSENT;
    this.samples = ABSENT;
    this.dataStart = ABSENT;
    this.numbersStart = ABSENT;
    if (!scanner.take(0x7b)) return false;
    do {
      if (!scanner.takeKey() || !this.takeMember()) return false;
    } while (scanner.take(0x2c));
    if (!scanner.take(0x7d) || !scanner.atEnd()) return false;
    if (!(this.dataStart === ABSENT ? this.fillFromNumbers(out) : this.fillFromData(bytes, out)))
      return false;
    out.sampleRate = this.sampleRate;
    out.channels = this.channels;
    return plausibleAudio(out.sampleRate, out.channels, out.frames);
  }

  /**
   * Writes `count` samples of the array of numbers at `offset` to `target`, from sample `first` on.
   * The array must be one that read() accepted. [engine-thread]
   */
  copyNumbers(bytes: Uint8Array, offset: number, first: number, count: number, target: Float32Array): void {
    const { scanner } = this;
    scanner.begin(bytes, offset, bytes.length);
    for (let i = 0; i < first + count; i++) {
      if (!scanner.takeNumber()) return;
      if (i >= first) target[i - first] = scanner.number;
      scanner.take(0x2c);
    }
  }

  private takeMember(): boolean {
    const { scanner } = this;
    if (scanner.textIs(KEY_CHANNELS)) {
      this.channels = scanner.takeWhole(COUNT_MAX);
      return this.channels !== ABSENT;
    }
    if (scanner.textIs(KEY_RATE)) {
      this.sampleRate = scanner.takeWhole(COUNT_MAX);
      return this.sampleRate !== ABSENT;
    }
    if (scanner.textIs(KEY_FORMAT)) return this.takeFormat();
    if (scanner.textIs(KEY_SAMPLES)) {
      if (scanner.take(0x5b)) return this.takeNumbers();
      this.samples = scanner.takeWhole(COUNT_MAX);
      return this.samples !== ABSENT;
    }
    if (!scanner.textIs(KEY_DATA)) return scanner.skipValue();
    if (!scanner.takeText()) return false;
    this.dataStart = scanner.textStart;
    this.dataEnd = scanner.textEnd;
    return true;
  }

  private takeFormat(): boolean {
    if (!this.scanner.takeText()) return false;
    this.sampleFormat = ABSENT;
    for (let i = 0; i < FORMAT_NAMES.length; i++)
      if (this.scanner.textIs(FORMAT_NAMES[i])) this.sampleFormat = i;
    return this.sampleFormat !== ABSENT;
  }

  private takeNumbers(): boolean {
    const { scanner } = this;
    this.numbersStart = scanner.at;
    this.numbersCount = 0;
    if (scanner.take(0x5d)) return false;
    do {
      if (!scanner.takeNumber() || Math.abs(scanner.number) > 3e38) return false;
      this.numbersCount++;
    } while (scanner.take(0x2c));
    return scanner.take(0x5d);
  }

  private fillFromData(bytes: Uint8Array, out: AudioBody): boolean {
    if (this.numbersStart !== ABSENT || this.channels < 1) return false;
    const pcmBytes = base64Bytes(bytes, this.dataStart, this.dataEnd);
    const frameBytes = this.channels * sampleBytes(this.sampleFormat);
    const frames = Math.floor(pcmBytes / frameBytes);
    if (pcmBytes < 0 || pcmBytes > TEXT_PCM_BYTES_MAX || frames * frameBytes !== pcmBytes) return false;
    if (this.samples !== ABSENT && this.samples !== frames && this.samples !== frames * this.channels)
      return false;
    out.sampleFormat = this.sampleFormat;
    out.frames = frames;
    out.dataOffset = this.dataStart;
    out.encoding = SAMPLE_ENCODING.base64;
    return true;
  }

  private fillFromNumbers(out: AudioBody): boolean {
    if (this.numbersStart === ABSENT || this.channels < 1) return false;
    const frames = Math.floor(this.numbersCount / this.channels);
    if (frames * this.channels !== this.numbersCount || this.numbersCount > TEXT_PCM_BYTES_MAX / 4)
      return false;
    out.sampleFormat = SAMPLE_FORMAT.f32;
    out.frames = frames;
    out.dataOffset = this.numbersStart;
    out.encoding = SAMPLE_ENCODING.numbers;
    return true;
  }
}
