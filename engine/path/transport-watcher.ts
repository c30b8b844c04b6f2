// Notices what a sending host's transport does and tells the session: play, stop, locate, tempo, signature.
// Positions are frames of the song; every message is idempotent.

import { type TransportCommand, writeTransportBody } from '../toast/transport-body.js';
import { PACKET_TYPE } from '../toast/types.js';
import type { ControlSender } from './control-sender.js';
import type { EngineSlot } from './engine-slot.js';
import type { SendIdentity } from './send-stream.js';
import { TRANSPORT_FLAG } from './slot-view.js';

const COPIES = 3;

export class TransportWatcher {
  private stamp = 0;
  private playing = false;
  private tempo = 0;
  private numerator = 0;
  private denominator = 0;
  private expectedSongFrame = 0;
  private lastBlockEnd = 0;

  /** Nothing is allocated unless something changed. [engine-thread] */
  tick(slot: EngineSlot, control: ControlSender, identity: SendIdentity, nowUs: number): void {
    const { view } = slot;
    if (slot.blockEnd === this.lastBlockEnd) return;
    const began = view.streamStamp !== this.stamp;
    this.stamp = view.streamStamp;
    const playing = (view.transportFlags & TRANSPORT_FLAG.playing) !== 0;
    const placed = (view.transportFlags & TRANSPORT_FLAG.positionValid) !== 0;
    if (began ? playing : playing !== this.playing)
      this.say(playing ? 'play' : 'stop', slot, control, identity, nowUs);
    else if (!began && placed && this.jumped(slot, playing))
      this.say('locate', slot, control, identity, nowUs);
    if ((view.transportFlags & TRANSPORT_FLAG.tempoValid) !== 0 && view.tempo !== this.tempo) {
      this.tempo = view.tempo;
      this.say('tempo', slot, control, identity, nowUs);
    }
    const signed = (view.transportFlags & TRANSPORT_FLAG.signatureValid) !== 0;
    if (
      signed &&
      (view.signatureNumerator !== this.numerator || view.signatureDenominator !== this.denominator)
    ) {
      this.numerator = view.signatureNumerator;
      this.denominator = view.signatureDenominator;
      this.say('signature', slot, control, identity, nowUs);
    }
    this.playing = playing;
    this.lastBlockEnd = slot.blockEnd;
    this.expectedSongFrame = view.songFrame + (playing ? view.blockFrames : 0);
  }

  /** Blocks that the engine did not see one by one are no jump: the song went on with the frames. */
  private jumped(slot: EngineSlot, playing: boolean): boolean {
    const { view } = slot;
    const unseen = playing ? view.blockFrame - this.lastBlockEnd : 0;
    return Math.abs(view.songFrame - (this.expectedSongFrame + unseen)) > 2;
  }

  private say(
    command: TransportCommand,
    slot: EngineSlot,
    control: ControlSender,
    identity: SendIdentity,
    nowUs: number,
  ): void {
    const { view } = slot;
    const body = writeTransportBody({
      command,
      channel: view.channel,
      position: view.songFrame,
      sampleRate: view.sampleRate,
      playing: (view.transportFlags & TRANSPORT_FLAG.playing) !== 0,
      tempo: view.tempo,
      numerator: view.signatureNumerator,
      denominator: view.signatureDenominator,
    });
    control.send(identity, PACKET_TYPE.transport, body, COPIES, nowUs);
  }
}
