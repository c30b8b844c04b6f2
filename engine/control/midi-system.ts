// MIDI ports as the routing sees them: of the operating system (midi-system-native.ts) or in memory
// (midi-system-memory.ts).

export interface MidiPortNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface MidiInputPort {
  close(): void;
}
export interface MidiOutputPort {
  /** May throw when the device is gone. */
  send(message: Uint8Array): void;
  close(): void;
}

export interface MidiSystem {
  /** '' when there is a MIDI system, else why there is none, in plain words. Known after the first list(). */
  readonly unavailable: string;
  /** Can ports be created that other programs see? */
  readonly canCreatePorts: boolean;
  /** The ports that are there now; empty without a MIDI system. Never throws. */
  list(): MidiPortNames;
  /** `virtual`: creates the port `name` instead of looking for it. Throws when it can't be had. */
  openInput(name: string, virtual: boolean, onMessage: (message: Uint8Array) => void): MidiInputPort;
  openOutput(name: string, virtual: boolean): MidiOutputPort;
  close(): void;
}

/** The port that a configured name means: that very name, or else the first that contains it in any case. */
export function matchPort(wanted: string, names: readonly string[]): string {
  if (names.includes(wanted)) return wanted;
  const lower = wanted.toLowerCase();
  return names.find((name) => name.toLowerCase().includes(lower)) ?? '';
}
