// Plays sources at a ratio near that of two sample rates: a polyphase filter at fractional positions.
//
//   @binding(0) params   pieces in the batch
//   @binding(1) pieces   what is to be made from where
//   @binding(2) source   samples, planar
//   @binding(3) taps     filters: rows for 2^phasesLog2 + 1 fractions of a frame; between two the taps are interpolated
//   @binding(4) result   samples made, planar
//
// Positions are whole frames and 2^-32ths: 256 frames on, a position is off by less than 10^-7 frames.
// Invariant: each sample is a sum over 2 * halfTaps source frames; within 4e-6 of full scale of the twin's.
// Dispatch: (frames / 64, planes, pieces). Twin: engine/gpu/twins/resample.ts.

struct ResampleParams {
  pieceCount: u32,
}

struct ResamplePiece {
  planes: u32,
  frames: u32,
  source: u32,
  sourceStride: u32,
  result: u32,
  resultStride: u32,
  taps: u32,
  halfTaps: u32,
  phasesLog2: u32,
  fraction: u32,
  stepWhole: u32,
  stepFraction: u32,
}

@group(0) @binding(0) var<uniform> params: ResampleParams;
@group(0) @binding(1) var<storage, read> pieces: array<ResamplePiece>;
@group(0) @binding(2) var<storage, read> source: array<f32>;
@group(0) @binding(3) var<storage, read_write> taps: array<f32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;

struct ResamplePosition {
  frame: u32,
  fraction: u32,
}

/// Where frame j < 65536 of the piece lies.
fn positionOf(piece: ResamplePiece, j: u32) -> ResamplePosition {
  let low = j * (piece.stepFraction & 0xffffu);
  let high = j * (piece.stepFraction >> 16u) + (low >> 16u);
  let product = (high << 16u) | (low & 0xffffu);
  let fraction = product + piece.fraction;
  let carry = select(0u, 1u, fraction < product);
  return ResamplePosition(j * piece.stepWhole + (high >> 16u) + carry, fraction);
}

@compute @workgroup_size(64)
fn resample(@builtin(global_invocation_id) id: vec3u) {
  if (id.z >= params.pieceCount) {
    return;
  }
  let piece = pieces[id.z];
  if (id.x >= piece.frames || id.y >= piece.planes) {
    return;
  }
  let at = positionOf(piece, id.x);
  let width = 2u * piece.halfTaps;
  let row = piece.taps + (at.fraction >> (32u - piece.phasesLog2)) * width;
  let between = f32(at.fraction << piece.phasesLog2) * 0x1p-32;
  let first = piece.source + id.y * piece.sourceStride + at.frame;
  var even = 0.0;
  var odd = 0.0;
  for (var k = 0u; k < width; k += 2u) {
    let t0 = taps[row + k];
    let t1 = taps[row + k + 1u];
    even += (t0 + between * (taps[row + width + k] - t0)) * source[first + k];
    odd += (t1 + between * (taps[row + width + k + 1u] - t1)) * source[first + k + 1u];
  }
  result[piece.result + id.y * piece.resultStride + id.x] = even + odd;
}
