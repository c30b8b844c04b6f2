// Pictures of the DAWs at work, for the README: JAMBRIDGE_PICTURES=FOLDER npm run test:daws -- test/daws/two-daws
// Ardour shows its mixer where there is xdotool.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../live/support/live-process.js';
import type { DawStudio } from './daw-studio.js';

/** '' when none are wanted. */
export const PICTURES = process.env.JAMBRIDGE_PICTURES ?? '';

const DISPLAY = ':78';
const START_MS_MAX = 60_000;

/** Ardour's "Audio/MIDI Setup" as it is remembered. */
const SOUND_SETUP = `<?xml version="1.0" encoding="UTF-8"?>
<Ardour><Config/><Extra><AudioMIDISetup><EngineStates>
<State backend="JACK" driver="" device="" input-device="" output-device="" sample-rate="48000" buffer-size="256"
 n-periods="0" input-latency="0" output-latency="0" input-channels="0" output-channels="0" active="1"
 use-buffered-io="0" midi-option="" lru="1"/>
</EngineStates></AudioMIDISetup></Extra></Ardour>
`;

/** Ardour's window, with the session open: its user's first start is behind it, its engine starts by itself. */
export async function pictureArdour(studio: DawStudio, session: string, path: string): Promise<void> {
  const folder = studio.file('.config/ardour7');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.a7'), '');
  writeFileSync(join(folder, 'config'), SOUND_SETUP);
  const display = studio.run('Xvfb', [DISPLAY, '-screen', '0', '1350x714x24', '-nolisten', 'tcp']);
  await sleep(500);
  const env = { DISPLAY, ARDOUR_TRY_AUTOSTART_ENGINE: '1' };
  const ardour = studio.run('ardour', ['--no-splash', '--no-announcements', session], env);
  const engaged = () => studio.tryRun('jack_lsp').includes('ardour:heard/audio_out 1');
  await until('Ardour to open the session', engaged, {
    withinMs: START_MS_MAX,
    failed: () => (ardour.running ? '' : `it ended (${ardour.exitCode}): ${ardour.stderr}`),
    words: () => {
      studio.tryRun('import', '-display', DISPLAY, '-window', 'root', path);
      return ardour.stdout + ardour.stderr;
    },
  });
  await sleep(12_000); // its windows fill after that
  for (const step of ['mousemove 1326 72', 'click 1']) {
    studio.tryRun('env', `DISPLAY=${DISPLAY}`, 'xdotool', ...step.split(' ')); // the mixer
  }
  await sleep(3000);
  studio.tryRun('import', '-display', DISPLAY, '-window', 'root', path);
  await ardour.end('SIGKILL');
  await display.end('SIGTERM');
}
