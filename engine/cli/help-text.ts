// The shape that every command's help has.
import { helpRows } from '../control/configuration-text.js';

export function helpText(
  usage: string,
  about: string,
  rows: readonly (readonly [string, string])[],
  more = '',
): string {
  return `usage: jambridge ${usage}\n\n${about}\n\n${helpRows(rows)}\n${more ? `\n${more}\n` : ''}`;
}
