// The twin of shaders/jellie-decode.wgsl: the engine's own restoring, block after block.
import { JellieBody } from '../../fec/jellie-body.js';
import { restoreBlock } from '../../fec/jellie-restore.js';
import { ARITHMETIC } from '../../fec/jellie-words.js';
import type { JellieDecodeJob } from '../kernels/jellie-decode.js';
import { JELLIE_BLOCK } from '../layouts.js';

const AT = JELLIE_BLOCK.at;

export class JellieDecodeTwin {
  private readonly first = new JellieBody();
  private readonly second = new JellieBody();

  /** [engine-thread] */
  run(job: JellieDecodeJob): void {
    const { bodies, blocks } = job.memory;
    const bytes = new Uint8Array(bodies.buffer, bodies.byteOffset, bodies.byteLength);
    bodies.fill(0, 0, job.used.bodies);
    for (let b = 0; b < job.count; b++) {
      const at = b * JELLIE_BLOCK.words;
      const kinds = blocks[at + AT.kinds];
      this.load(this.first, blocks, at, kinds & 255, blocks[at + AT.firstAt]);
      this.load(this.second, blocks, at, (kinds >>> 8) & 255, blocks[at + AT.secondAt]);
      restoreBlock(this.first, this.second, job.slab, bytes, blocks[at + AT.body] * 4);
    }
  }

  private load(body: JellieBody, blocks: Uint32Array, at: number, description: number, data: number): void {
    const shape = blocks[at + AT.shape];
    body.sampleRate = blocks[at + AT.sampleRate];
    body.channels = shape & 255;
    body.sampleFormat = (shape >>> 8) & 255;
    body.frames = shape >>> 16;
    body.description = description;
    body.arithmetic = blocks[at + AT.kinds] >>> 16 !== 0 ? ARITHMETIC.modular : ARITHMETIC.field;
    body.dataOffset = data;
  }
}
