// Rows for a human: one column a name, texts that are too long for a column below.
import type { Row } from './bench.js';

const CELL_CHARACTERS_MAX = 24;

const isLong = (rows: readonly Row[], name: string): boolean =>
  rows.some((row) => String(row[name]).length > CELL_CHARACTERS_MAX);

export function tableText(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.filter((name) => !isLong(rows, name));
  const cells = [columns, ...rows.map((row) => columns.map((name) => cellText(row[name])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  const lines = cells.map((line) => line.map((cell, index) => cell.padStart(widths[index])).join('  '));
  const notes = names
    .filter((name) => isLong(rows, name))
    .flatMap((name) => [...new Set(rows.map((row) => `${name}: ${cellText(row[name])}`))]);
  return `${[...lines, ...notes].join('\n')}\n`;
}

function cellText(value: Row[string] | undefined): string {
  return value === null || value === undefined ? '-' : String(value);
}
