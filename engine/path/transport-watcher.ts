// Notices what a sending host's transport does and tells the session: play, stop, locate, tempo, signature,
// loop. Positions are frames of the song, told with the frame of the stream at which they were played. Every
// message is idempotent; while the host plays, one a second tells newcomers.

import { type TransportCommand, writeTransportBody } from '../toast/transport-body.js';
import { PACKET_TYPE } from '../toast/types.js';
import type { ControlSender } from './control-sender.js';
import type { EngineSlot } from './engine-slot.js';
import type { SendIdentity } from './send-stream.js';
import type { SlotView } from './slot-view.js';
import { TRANSPORT_FLAG } from './slot-view.js';
import type { SongPlace } from './timeline-lock.js';

const COPIES = 3;
const REPEAT_US = 1_000_000;

export class TransportWatcher {
  private stamp = 0;
  private playing = false;
  private tempo = 0;
  private numerator = 0;
  private denominator = 0;
  private loopStart = 0;
  private loopEnd = 0;
  private expectedSongFrame = 0;
  private lastBlockEnd = 0;
  private repeatUs = 0;

  /**
   * True when it has told something. Nothing is allocated unless something changed, or a second has passed.
   * [engine-thread]
   */
  tick(
    slot: EngineSlot,
    epoch: number,
    control: ControlSender,
    identity: SendIdentity,
    nowUs: number,
  ): boolean {
    const { view } = slot;
    if (slot.blockEnd === this.lastBlockEnd) return false;
    const say = this.news(slot, nowUs);
    if (say !== null) {
      this.repeatUs = nowUs + REPEAT_US;
      control.send(identity, PACKET_TYPE.transport, bodyOf(say, view, epoch), COPIES, nowUs);
    }
    this.lastBlockEnd = slot.blockEnd;
    this.expectedSongFrame = view.songFrame + (this.playing ? view.blockFrames : 0);
    return say !== null;
  }

  /** What is to be said; of several things the first: every message tells all that is known. */
  private news(slot: EngineSlot, nowUs: number): TransportCommand | null {
    const { view } = slot;
    const began = view.streamStamp !== this.stamp;
    const playing = (view.transportFlags & TRANSPORT_FLAG.playing) !== 0;
    const placed = (view.transportFlags & TRANSPORT_FLAG.positionValid) !== 0;
    const turned = began ? playing : playing !== this.playing;
    const located = !began && placed && this.jumped(slot, playing);
    const looped = this.takeLoop(view);
    const paced = this.takeTempo(view);
    const signed = this.takeSignature(view);
    this.stamp = view.streamStamp;
    this.playing = playing;
    if (turned) return playing ? 'play' : 'stop';
    if (located) return 'locate';
    if (looped) return 'loop';
    if (paced) return 'tempo';
    if (signed) return 'signature';
    return playing && placed && nowUs >= this.repeatUs ? 'play' : null;
  }

  /** Blocks that the engine did not see one by one are no jump: the song went on with the frames. */
  private jumped(slot: EngineSlot, playing: boolean): boolean {
    const { view } = slot;
    const unseen = playing ? view.blockFrame - this.lastBlockEnd : 0;
    return Math.abs(view.songFrame - (this.expectedSongFrame + unseen)) > 2;
  }

  private takeTempo({ transportFlags, tempo }: SlotView): boolean {
    if ((transportFlags & TRANSPORT_FLAG.tempoValid) === 0 || tempo === this.tempo) return false;
    this.tempo = tempo;
    return true;
  }

  private takeSignature({ transportFlags, signatureNumerator, signatureDenominator }: SlotView): boolean {
    if ((transportFlags & TRANSPORT_FLAG.signatureValid) === 0) return false;
    if (signatureNumerator === this.numerator && signatureDenominator === this.denominator) return false;
    this.numerator = signatureNumerator;
    this.denominator = signatureDenominator;
    return true;
  }

  private takeLoop(view: SlotView): boolean {
    const start = loops(view) ? view.loopStartFrame : 0;
    const end = loops(view) ? view.loopEndFrame : 0;
    if (start === this.loopStart && end === this.loopEnd) return false;
    this.loopStart = start;
    this.loopEnd = end;
    return true;
  }
}

/** What a slot has told last, for the other slots of this engine. */
export function songPlaceOf(view: SlotView): SongPlace {
  return {
    playing: (view.transportFlags & TRANSPORT_FLAG.playing) !== 0,
    mediaFrame: view.blockFrame - view.streamFrame,
    songFrame: view.songFrame,
  };
}

function loops({ transportFlags, loopStartFrame, loopEndFrame }: SlotView): boolean {
  return (transportFlags & TRANSPORT_FLAG.looping) !== 0 && loopEndFrame > loopStartFrame;
}

function bodyOf(command: TransportCommand, view: SlotView, epoch: number): Uint8Array {
  return writeTransportBody({
    command,
    channel: view.channel,
    position: view.songFrame,
    sampleRate: view.sampleRate,
    playing: (view.transportFlags & TRANSPORT_FLAG.playing) !== 0,
    tempo: view.tempo,
    numerator: view.signatureNumerator,
    denominator: view.signatureDenominator,
    mediaFrame: view.blockFrame - view.streamFrame,
    epoch,
    loopStart: loops(view) ? view.loopStartFrame : null,
    loopEnd: loops(view) ? view.loopEndFrame : null,
  });
}
