// Where things are in the segment, as indices for typed arrays. Names are looked up when a module
// loads: a name that segment-layout.h does not have is an error at start, not a wrong read later.
import { LAYOUT } from './index.js';

/** Byte offset or constant; `control.*` counts from the control block of a slot. */
export function layout(name: string): number {
  const value = LAYOUT[name];
  if (value === undefined) throw new Error(`segment-layout.h has no '${name}'`);
  return value;
}

/** Index into an Int32Array or Float32Array over the segment (or over the part that `name` counts from). */
export function layoutWord(name: string): number {
  const offset = layout(name);
  if (offset % 4 !== 0) throw new Error(`'${name}' is not on a word boundary`);
  return offset / 4;
}

/** Index into a Float64Array or BigInt64Array. */
export function layoutDouble(name: string): number {
  const offset = layout(name);
  if (offset % 8 !== 0) throw new Error(`'${name}' is not on a double-word boundary`);
  return offset / 8;
}

/** Byte offset of a slot in the segment. */
export function slotOffset(slot: number): number {
  return layout('kSlotsOffset') + slot * layout('kSlotBytes');
}
