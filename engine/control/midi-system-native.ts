// The operating system's MIDI ports: ALSA's sequencer, Core MIDI, Windows multimedia.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { MidiInputPort, MidiOutputPort, MidiPortNames, MidiSystem } from './midi-system.js';

type Midi = typeof import('@julusian/midi');

const ALSA_SEQUENCER = '/dev/snd/seq';
const SYSEX_BYTES = 64 * 1024;
const NO_PORTS: MidiPortNames = { inputs: [], outputs: [] };

export class NativeMidiSystem implements MidiSystem {
  unavailable = '';
  readonly canCreatePorts = process.platform !== 'win32';
  private midi: Midi | undefined;
  // Kept open: asking for names by a new client each time would announce it to every MIDI program.
  private lister: { input: InstanceType<Midi['Input']>; output: InstanceType<Midi['Output']> } | undefined;

  /** Tries anew each time while there is no MIDI system: its driver may come later. [control-thread] */
  list(): MidiPortNames {
    try {
      this.lister ??= this.begin();
      if (!this.lister) return NO_PORTS;
      const { input, output } = this.lister;
      return { inputs: names(input), outputs: names(output) };
    } catch (error) {
      this.unavailable = `the MIDI system can't be used: ${(error as Error).message}`;
      this.lister = undefined;
      return NO_PORTS;
    }
  }

  openInput(name: string, virtual: boolean, onMessage: (message: Uint8Array) => void): MidiInputPort {
    const input = new (this.library().Input)();
    input.setBufferSize(SYSEX_BYTES);
    input.ignoreTypes(false, false, true); // active sensing is for cables, not for networks
    input.on('messageBuffer', (_delta, message) => onMessage(new Uint8Array(message)));
    try {
      if (virtual) input.openVirtualPort(name);
      else input.openPort(indexOf(input, name));
    } catch (error) {
      input.destroy();
      throw error;
    }
    return { close: () => input.destroy() };
  }

  openOutput(name: string, virtual: boolean): MidiOutputPort {
    const output = new (this.library().Output)();
    try {
      if (virtual) output.openVirtualPort(name);
      else output.openPort(indexOf(output, name));
    } catch (error) {
      output.destroy();
      throw error;
    }
    return {
      send: (message) => output.sendMessage([...message]),
      close: () => output.destroy(),
    };
  }

  close(): void {
    this.lister?.input.destroy();
    this.lister?.output.destroy();
    this.lister = undefined;
  }

  /** ALSA prints to standard error when it is missing, so it is looked for before it is asked. */
  private begin(): NativeMidiSystem['lister'] {
    if (process.platform === 'linux' && !existsSync(ALSA_SEQUENCER)) {
      this.unavailable = `no MIDI system: ${ALSA_SEQUENCER} is missing (as root: modprobe snd-seq)`;
      return undefined;
    }
    const { Input, Output } = this.library();
    const lister = { input: new Input(), output: new Output() };
    this.unavailable = '';
    return lister;
  }

  private library(): Midi {
    this.midi ??= createRequire(import.meta.url)('@julusian/midi') as Midi;
    return this.midi;
  }
}

interface Lister {
  getPortCount(): number;
  getPortName(port: number): string;
}

function names(from: Lister): string[] {
  return Array.from({ length: from.getPortCount() }, (_, port) => from.getPortName(port));
}

function indexOf(from: Lister, name: string): number {
  const index = names(from).indexOf(name);
  if (index < 0) throw new Error(`no port "${name}"`);
  return index;
}
