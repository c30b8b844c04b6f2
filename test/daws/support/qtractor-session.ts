// A Qtractor session as it saves it itself, with JamBridge (CLAP) on tracks and on an input bus: what an input
// bus's plugins give is what tracks record.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { type FrameMessage, writeSmf } from '../../../engine/demo/smf-writer.js';
import { type Audio, writeWav } from '../../../engine/demo/wav-file.js';
import { HOST, PLUGINS } from '../../live/support/live-world.js';

/** As `--set` of the test host takes them: key=value. */
export type PluginSettings = readonly string[];

export interface QtractorTrack {
  readonly name: string;
  readonly kind: 'audio' | 'midi';
  readonly audio?: Audio;
  readonly midi?: readonly FrameMessage[];
  /** One JamBridge for each, in this order. */
  readonly plugins: readonly PluginSettings[];
  /** Armed: records the input bus. */
  readonly record?: boolean;
}

export interface QtractorPlan {
  readonly folder: string;
  readonly sampleRate: number;
  /** The JamBridge on the audio input bus. */
  readonly input: PluginSettings;
  readonly tracks: readonly QtractorTrack[];
  /** The plugin as installed. */
  readonly clap: string;
}

/** Writes the session and its material; the session's path. */
export function writeQtractorSession(plan: QtractorPlan): string {
  mkdirSync(plan.folder, { recursive: true });
  const path = join(plan.folder, 'session.qtr');
  const tracks = plan.tracks.map((track) => trackText(track, plan)).join('\n');
  const input = pluginsText('input-plugins', [plan.input], plan);
  writeFileSync(
    path,
    `<!DOCTYPE qtractor-session>
<session name="session" version="Qtractor 0.9.31">
 <properties>
  <directory>${plan.folder}</directory>
  <sample-rate>${plan.sampleRate}</sample-rate><tempo>120</tempo><ticks-per-beat>960</ticks-per-beat>
  <beats-per-bar>4</beats-per-bar><beat-divisor>2</beat-divisor>
 </properties>
 <devices>
  <audio-engine>
   <audio-control><transport-mode>none</transport-mode><timebase>0</timebase></audio-control>
   <audio-bus name="Master" mode="duplex">
    <monitor>0</monitor><channels>2</channels><auto-connect>1</auto-connect>${input}
   </audio-bus>
  </audio-engine>
  <midi-engine>
   <midi-control><mmc-mode>input</mmc-mode><mmc-device>127</mmc-device></midi-control>
   <midi-bus name="Master" mode="duplex"><monitor>0</monitor></midi-bus>
  </midi-engine>
 </devices>
 <tracks>
${tracks}
 </tracks>
</session>
`,
  );
  return path;
}

function trackText(track: QtractorTrack, plan: QtractorPlan): string {
  const { name, kind, record, plugins } = track;
  const midi = kind === 'midi' ? '<midi-omni>0</midi-omni><midi-channel>0</midi-channel>' : '';
  return `  <track name="${name}" type="${kind}">
   <properties><input-bus>Master</input-bus><output-bus>Master</output-bus>${midi}</properties>
   <state><mute>0</mute><solo>0</solo><record>${record ? 1 : 0}</record><monitor>0</monitor><gain>1</gain><panning>0</panning></state>
   <clips>${clipText(track, plan)}</clips>${pluginsText('plugins', plugins, plan)}
  </track>`;
}

function clipText({ name, audio, midi }: QtractorTrack, { folder, sampleRate }: QtractorPlan): string {
  const clip = (frames: number, content: string) =>
    `<clip name="${name}"><properties><name>${name}</name><start>0</start><offset>0</offset>` +
    `<length>${frames}</length><gain>1</gain></properties>${content}</clip>`;
  if (audio) {
    const path = join(folder, `${name}-clip.wav`);
    writeFileSync(path, writeWav(audio));
    const content = `<audio-clip><filename>${path}</filename></audio-clip>`;
    return clip(audio.channels[0].length, content);
  }
  if (midi) {
    const path = join(folder, `${name}-clip.mid`);
    writeFileSync(path, writeSmf(midi, sampleRate));
    const content = `<midi-clip><filename>${path}</filename><track-channel>0</track-channel><revision>0</revision></midi-clip>`;
    return clip((midi.at(-1)?.frame ?? 0) + sampleRate, content);
  }
  return '';
}

function pluginsText(tag: string, plugins: readonly PluginSettings[], plan: QtractorPlan): string {
  const each = plugins.map(
    (settings) => `
     <plugin type="CLAP"><filename>${plan.clap}</filename><index>0</index><label>JamBridge</label>
      <activated>1</activated><configs><config key="state">${stateText(settings, plan)}</config></configs></plugin>`,
  );
  return each.length > 0 ? `\n    <${tag}>${each.join('')}\n    </${tag}>` : '';
}

/** The plugin's own state, as Qtractor keeps it: compressed, its size before that in front. */
function stateText(settings: PluginSettings, { folder }: QtractorPlan): string {
  const path = join(folder, 'plugin.state');
  const wanted = settings.flatMap((one) => ['--set', one]);
  const args = ['--plugin', PLUGINS.clap, '--seconds', '0', '--save-state', path, ...wanted];
  execFileSync(HOST, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const state = readFileSync(path);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(state.length);
  return Buffer.concat([size, deflateSync(state)]).toString('base64');
}
