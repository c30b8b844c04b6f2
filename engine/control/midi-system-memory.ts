// A MIDI system that exists in memory only: ports can be plugged and pulled, what is sent to them is kept.
import type { MidiInputPort, MidiOutputPort, MidiPortNames, MidiSystem } from './midi-system.js';

export class MemoryMidiSystem implements MidiSystem {
  unavailable = '';
  canCreatePorts = true;
  readonly inputs = new Set<string>();
  readonly outputs = new Set<string>();
  /** What was sent to each output, in order. */
  readonly sent = new Map<string, Uint8Array[]>();
  private readonly listeners = new Map<string, Set<(message: Uint8Array) => void>>();

  list(): MidiPortNames {
    if (this.unavailable) return { inputs: [], outputs: [] };
    return { inputs: [...this.inputs], outputs: [...this.outputs] };
  }

  /** Plays a message on an input; returns how many programs listened. */
  play(input: string, message: Uint8Array): number {
    const listeners = this.listeners.get(input) ?? new Set();
    for (const listener of listeners) listener(message);
    return listeners.size;
  }

  openInput(name: string, virtual: boolean, onMessage: (message: Uint8Array) => void): MidiInputPort {
    if (!virtual && !this.inputs.has(name)) throw new Error(`no input "${name}"`);
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(onMessage));
    return { close: () => void listeners.delete(onMessage) };
  }

  openOutput(name: string, virtual: boolean): MidiOutputPort {
    if (!virtual && !this.outputs.has(name)) throw new Error(`no output "${name}"`);
    const sent = this.sent.get(name) ?? [];
    this.sent.set(name, sent);
    return {
      send: (message) => {
        if (!virtual && !this.outputs.has(name)) throw new Error(`output "${name}" is gone`);
        sent.push(message.slice());
      },
      close: () => {},
    };
  }

  close(): void {
    this.listeners.clear();
  }
}
