// What an Ardour session of a test is made of, as the Lua table that ardour-session.lua reads. Material can't be
// imported by Ardour's Lua interpreter: it is laid down as files and written into the saved session.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FrameMessage, writeSmf } from '../../../engine/demo/smf-writer.js';
import { type Audio, writeWav } from '../../../engine/demo/wav-file.js';

/** Ids of plugin/shim/parameters.h. */
export const PARAM = {
  mode: 0,
  channel: 1,
  latency: 2,
  dry: 3,
  wet: 4,
  midi: 5,
  redundancy: 6,
  reportLatency: 7,
  status: 9,
  timeline: 10,
  offline: 11,
  take: 13,
} as const;
export type Settings = Partial<Record<keyof typeof PARAM, number>>;
export const MODE = { send: 0, receive: 1, sendReceive: 2 } as const;

export interface ArdourTrack {
  readonly name: string;
  readonly kind: 'audio' | 'midi';
  /** With them, JamBridge is on the track. */
  readonly plugin?: Settings;
  /** What the track plays from the song's beginning. */
  readonly audio?: Audio;
  readonly midi?: readonly FrameMessage[];
  /** Both channels' polarity inverted. */
  readonly inverted?: boolean;
  /** Hears its input, not what is on the track. */
  readonly monitorInput?: boolean;
}

export interface ArdourPlan {
  readonly folder: string;
  readonly name: string;
  readonly backend: 'jack' | 'dummy';
  readonly sampleRate: number;
  /** Of the dummy backend. */
  readonly blockFrames: number;
  readonly tracks: readonly ArdourTrack[];
  /** From output to input: all there are, but Master to the (absent) loudspeakers. */
  readonly wires: readonly Wire[];
}

export type Wire = readonly [from: string, to: string, kind: 'audio' | 'midi'];

/** Superclocks: Ardour's unit of audio time. */
const SUPERCLOCKS_PER_SECOND = 282_240_000;
/** MIDI regions count in beats of 1920 ticks, at 120 beats a minute. */
const TICKS_PER_SECOND = 3840;
const FIRST_ID = 1_000_000;

interface Material {
  sources: string;
  regions: string;
  readonly playlists: Map<string, string>;
  /** Where it lies now, and where the session wants it. */
  readonly files: Map<string, string>;
}

/** The plan as Lua; lays the tracks' material down in `stage`. */
export function planText(plan: ArdourPlan, stage: string): string {
  mkdirSync(stage, { recursive: true });
  const material = layDown(plan, stage);
  const { folder, name, backend, sampleRate, blockFrames } = plan;
  const tracks = plan.tracks.map(({ name, kind, plugin, inverted, monitorInput }) =>
    lua({ name, kind, inverted, monitorInput, plugin: plugin && numbered(plugin) }),
  );
  return `return {
    folder = ${lua(folder)}, name = ${lua(name)}, client = ${lua(name)}, backend = ${lua(backend)},
    sampleRate = ${sampleRate}, blockFrames = ${blockFrames},
    wires = { ${plan.wires.map((wire) => lua([undefined, ...wire])).join(', ')} },
    tracks = { ${tracks.join(', ')} },
    sources = ${lua(material.sources)}, regions = ${lua(material.regions)},
    playlists = ${lua(Object.fromEntries(material.playlists))},
    files = ${lua(Object.fromEntries(material.files))},
  }\n`;
}

function layDown(plan: ArdourPlan, stage: string): Material {
  const material: Material = { sources: '', regions: '', playlists: new Map(), files: new Map() };
  let id = FIRST_ID;
  const place = (kind: string, file: string, content: Uint8Array) => {
    const from = join(stage, file);
    writeFileSync(from, content);
    material.files.set(from, join(plan.folder, 'interchange', plan.name, kind, file));
  };
  for (const { name, audio, midi } of plan.tracks) {
    if (audio) {
      const sources = audio.channels.map((channel, index) => {
        const file = `${name}-${index}.wav`;
        place('audiofiles', file, writeWav({ ...audio, channels: [channel] }));
        material.sources += `<Source name="${file}" type="audio" flags="" id="${++id}" channel="0" origin="" gain="1"/>`;
        return id;
      });
      const length = (audio.channels[0].length * SUPERCLOCKS_PER_SECOND) / audio.sampleRate;
      const region = { name, type: 'audio', sources, start: 'a0', length: `a${length}@a0` };
      material.regions += regionText({ ...region, id: ++id, wholeFile: true });
      material.playlists.set(name, regionText({ ...region, id: ++id, wholeFile: false }));
    }
    if (midi) {
      const file = `${name}.mid`;
      place('midifiles', file, writeSmf(midi, plan.sampleRate));
      material.sources += `<Source name="${file}" type="midi" flags="" id="${++id}" origin=""/>`;
      const seconds = Math.ceil((midi.at(-1)?.frame ?? 0) / plan.sampleRate) + 1;
      const length = `b${seconds * TICKS_PER_SECOND}@b0`;
      const region = { name, type: 'midi', sources: [id], start: 'b0', length };
      material.regions += regionText({ ...region, id: ++id, wholeFile: true });
      material.playlists.set(name, regionText({ ...region, id: ++id, wholeFile: false }));
    }
  }
  return material;
}

interface Region {
  readonly name: string;
  readonly type: string;
  readonly id: number;
  readonly sources: readonly number[];
  readonly start: string;
  readonly length: string;
  readonly wholeFile: boolean;
}

function regionText({ name, type, id, sources, start, length, wholeFile }: Region): string {
  const named = sources.map((source, n) => `source-${n}="${source}" master-source-${n}="${source}"`);
  const zero = start.replace(/\d+/, '0');
  return (
    `<Region name="${name}" muted="0" opaque="1" locked="0" automatic="0" whole-file="${wholeFile ? 1 : 0}" ` +
    `import="0" external="0" hidden="0" position-locked="0" start="${start}" length="${length}" ` +
    `sync-position="${zero}" ancestral-start="${zero}" ancestral-length="${zero}@${zero}" stretch="1" shift="1" ` +
    `layering-index="0" envelope-active="0" default-fade-in="0" default-fade-out="0" fade-in-active="0" ` +
    `fade-out-active="0" scale-amplitude="1" id="${id}" type="${type}" first-edit="nothing" ` +
    `${named.join(' ')} channels="${sources.length}"/>`
  );
}

const numbered = (settings: Settings): Record<number, number> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [PARAM[name as keyof Settings], value]));

/** A value as Lua writes it. */
function lua(value: unknown): string {
  if (value === undefined) return 'nil';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{ ${entries.map(([key, one]) => `[${/^\d+$/.test(key) ? key : JSON.stringify(key)}] = ${lua(one)}`).join(', ')} }`;
}
