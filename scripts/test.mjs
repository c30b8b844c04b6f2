// npm test: everything, from a fresh clone too. `npm test -- unit ctest` runs only the stages named.
// Ends with `N passed, N failed` alone on a line; exit code 0 only if nothing failed.
import { installMissing } from './lib/bootstrap.mjs';
import { Refusal, runMain, say, secondsText } from './lib/say.mjs';
import { Tally } from './lib/tally.mjs';
import { STAGES } from './lib/test-stages.mjs';

function chosenStages(names) {
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    const known = STAGES.map((stage) => stage.name).join(' ');
    throw new Refusal(`no such stage: ${unknown.join(' ')}\nstages: ${known}`, 2);
  }
  return STAGES.filter((stage) => (names.length === 0 ? !stage.onRequest : names.includes(stage.name)));
}

/** A stage that could not do its work has failed, whatever the reason. */
async function runStage(stage) {
  try {
    return await stage.work();
  } catch (error) {
    say(error instanceof Refusal ? error.message : String(error?.stack ?? error));
    return Tally.of(0, 1);
  }
}

await runMain(async () => {
  const stages = chosenStages(process.argv.slice(2));
  await installMissing({ forTests: true });
  const total = new Tally();
  const lines = [];
  for (const stage of stages) {
    say(`--- ${stage.name}`);
    if (stage.waits) for (const later of stages) later.prepare?.();
    const startMs = Date.now();
    const tally = await runStage(stage);
    total.add(tally);
    lines.push(`${stage.name}: ${tally} (${secondsText(Date.now() - startMs)})`);
    say(lines.at(-1));
    if (stage.blocking && tally.failed > 0) {
      lines.push('the stages after it were not run');
      break;
    }
  }
  say(`\n${lines.join('\n')}`);
  if (total.skipped > 0) say(`${total.skipped} skipped`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
});
