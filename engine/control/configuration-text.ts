// The configuration table as text: for `--help` and for the README.
import { MIDI_DOC, MIDI_OPTIONS, OPTIONS, type Option } from './configuration-table.js';

function rangeText(option: Option): string {
  switch (option.type) {
    case 'whole number':
    case 'number':
      return `${option.min} .. ${option.max}${option.unit ? ` ${option.unit}` : ''}`;
    case 'choice':
      return option.choices.join(', ');
    case 'switch':
      return 'true, false';
    case 'text':
      return `text, ${option.bytesMin} .. ${option.bytesMax} bytes`;
  }
}

/** The machine's own name is the default of `name`; a text about every machine says so in words. */
function fallbackText(option: Option): string {
  if (option.key === 'name') return "the host's name";
  return option.fallback === '' ? 'empty' : String(option.fallback);
}

/** What it means, what may stand there, what stands there if nothing is said. */
export function optionDoc(option: Option): string {
  return `${option.doc} (${rangeText(option)}; default ${fallbackText(option)})`;
}

/** Lines for `--help`: the options that are the configuration's keys. */
export function configurationHelp(): string {
  const rows: [string, string][] = OPTIONS.map((option) => [`--${option.key} VALUE`, optionDoc(option)]);
  rows.push(['--midi JSON', `a route or a list of routes; may be given several times. ${MIDI_DOC}`]);
  return helpRows(rows);
}

/** Two columns, the second wrapped to the terminal's usual width. */
export function helpRows(rows: readonly (readonly [string, string])[]): string {
  const left = Math.min(38, Math.max(...rows.map(([name]) => name.length)) + 2);
  const lines: string[] = [];
  for (const [name, doc] of rows) {
    const wrapped = wrap(doc, 100 - left);
    if (name.length >= left) lines.push(`  ${name}`);
    else lines.push(`  ${name.padEnd(left)}${wrapped.shift() ?? ''}`);
    for (const line of wrapped) lines.push(`  ${''.padEnd(left)}${line}`);
  }
  return lines.join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The README's table of the keys. */
export function configurationMarkdown(): string {
  const row = (key: string, option: Option) =>
    `| \`${key}\` | ${rangeText(option)} | ${fallbackText(option)} | ${option.doc} |`;
  return [
    '| key | allowed | default | meaning |',
    '|---|---|---|---|',
    ...OPTIONS.map((option) => row(option.key, option)),
    ...MIDI_OPTIONS.map((option) => row(`midi[].${option.key}`, option)),
  ].join('\n');
}
