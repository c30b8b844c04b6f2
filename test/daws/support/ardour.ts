// Ardour 7 without a display, led by its own Lua interpreter: a session with JamBridge (VST3) on its tracks.
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSmf } from '../../../engine/demo/smf-reader.js';
import { type Audio, readWav } from '../../../engine/demo/wav-file.js';
import type { LiveProcess } from '../../live/support/live-process.js';
import { until } from '../../live/support/live-process.js';
import { type ArdourPlan, PARAM, planText } from './ardour-plan.js';
import type { DawStudio } from './daw-studio.js';

const SCRIPT = join(import.meta.dirname, 'ardour-session.lua');
const START_MS_MAX = 60_000;
const ROLL_MS_MAX = 40_000;

export class Ardour {
  private told = 0;

  private constructor(
    readonly process: LiveProcess,
    private readonly plan: ArdourPlan,
    private readonly commands: string,
  ) {}

  /** Makes the session, with its material on its tracks. */
  static async start(studio: DawStudio, plan: Omit<ArdourPlan, 'folder'>): Promise<Ardour> {
    const folder = studio.file(plan.name);
    const whole: ArdourPlan = { ...plan, folder };
    const planFile = studio.file(`${plan.name}.plan.lua`);
    const commands = studio.file(`${plan.name}.commands`);
    writeFileSync(planFile, planText(whole, studio.file(`${plan.name}.material`)));
    writeFileSync(commands, '');
    const env = { JAMBRIDGE_PLAN: planFile, JAMBRIDGE_COMMANDS: commands };
    const process_ = studio.run('ardour7-lua', [SCRIPT], env);
    const ardour = new Ardour(process_, whole, commands);
    await ardour.says(/^ready$/m, START_MS_MAX);
    return ardour;
  }

  /** What it answered; throws when it could not do it. */
  async tell(...words: (string | number)[]): Promise<string> {
    const number = ++this.told;
    appendFileSync(this.commands, `${words.join(' ')}\n`);
    const [, verdict, answer] = await this.says(new RegExp(`^(done|failed) ${number}(?: (.*))?$`, 'm'));
    if (verdict === 'failed') throw new Error(`Ardour, ${words.join(' ')}: ${answer}`);
    return answer ?? '';
  }

  /** A number that it was asked for. */
  async ask(...words: (string | number)[]): Promise<number> {
    return Number(await this.tell(...words));
  }

  status(track: string): Promise<number> {
    return this.ask('get', track, PARAM.status);
  }

  async record(...tracks: string[]): Promise<void> {
    for (const track of tracks) await this.tell('arm', track);
    await this.tell('record');
    await this.tell('roll');
  }

  /** Until the song is there: a host that gets no processor is slow. */
  async rollTo(frame: number): Promise<void> {
    const giveUpMs = performance.now() + ROLL_MS_MAX;
    while ((await this.ask('position')) < frame) {
      if (performance.now() > giveUpMs) throw new Error(`the song did not come to frame ${frame}`);
      await sleep(50);
    }
  }

  async quit(): Promise<void> {
    await this.tell('save');
    await this.tell('quit');
    await this.process.exited;
  }

  /** After stop: the first take of an armed audio track. */
  recorded(track: string): Audio {
    const [left, right] = ['L', 'R'].map((side) => {
      return readWav(readFileSync(this.take('audiofiles', new RegExp(`_${track}-\\d+%${side}\\.wav$`))));
    });
    return { sampleRate: left.sampleRate, channels: [left.channels[0], right.channels[0]] };
  }

  /** After quit(): the first take of an armed MIDI track, by frames of its region. */
  recordedMidi(track: string): { frame: number; bytes: Uint8Array }[] {
    const messages = readSmf(readFileSync(this.take('midifiles', new RegExp(`_${track}-\\d+\\.mid$`))));
    const { sampleRate } = this.plan;
    return messages.map(({ seconds, bytes }) => ({ frame: Math.round(seconds * sampleRate), bytes }));
  }

  get sessionFolder(): string {
    return this.plan.folder;
  }

  private take(kind: string, file: RegExp): string {
    const folder = join(this.plan.folder, 'interchange', this.plan.name, kind);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const found = names.find((name) => file.test(name));
    if (!found) throw new Error(`nothing was recorded: no ${file} among ${names.join(', ')}`);
    return join(folder, found);
  }

  private async says(pattern: RegExp, withinMs = 20_000): Promise<RegExpExecArray> {
    const process_ = this.process;
    await until(`Ardour to say ${pattern}`, () => pattern.test(process_.stdout), {
      withinMs,
      failed: () =>
        process_.running ? '' : `it ended (${process_.exitCode}):\n${process_.stdout}${process_.stderr}`,
      words: () => process_.stdout + process_.stderr,
    });
    return pattern.exec(process_.stdout) as RegExpExecArray;
  }
}
