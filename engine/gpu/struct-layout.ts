// Structs that TypeScript and WGSL share. All fields are of four bytes, so that an offset is an index and a
// batch is one Uint32Array (the same memory as Int32Array or Float32Array for other types).

export type FieldType = 'u32' | 'i32' | 'f32';

export interface StructLayout<Name extends string = string> {
  /** As it is called in the shaders. */
  readonly name: string;
  readonly fields: Readonly<Record<Name, FieldType>>;
  /** Index of each field's word in the struct. */
  readonly at: Readonly<Record<Name, number>>;
  readonly words: number;
}

export function structLayout<const Name extends string>(
  name: string,
  fields: Readonly<Record<Name, FieldType>>,
): StructLayout<Name> {
  const names = Object.keys(fields) as Name[];
  const at = Object.fromEntries(names.map((field, index) => [field, index])) as Record<Name, number>;
  return { name, fields, at, words: names.length };
}
