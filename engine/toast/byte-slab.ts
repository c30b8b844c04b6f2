// One block of memory seen through every view the codecs need, so that no call has to make a view.
// Owner: whoever made it; the views live as long as it does. Packets lie in it at any byte offset; float
// samples at offsets that are multiples of four are read through `f32`, others through `view`.

export class ByteSlab {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  readonly u8: Uint8Array;
  readonly view: DataView;
  /** The whole slab as native floats; the hosts we run on are little-endian, like the wire. */
  readonly f32: Float32Array;

  constructor(bufferOrBytes: ArrayBuffer | SharedArrayBuffer | number) {
    this.buffer = typeof bufferOrBytes === 'number' ? new ArrayBuffer(bufferOrBytes) : bufferOrBytes;
    this.u8 = new Uint8Array(this.buffer);
    this.view = new DataView(this.buffer);
    this.f32 = new Float32Array(this.buffer, 0, this.buffer.byteLength >>> 2);
  }
}
