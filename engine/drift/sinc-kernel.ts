// The low-pass filter of the resampler: a Kaiser-windowed sinc, tabulated at `phases` + 1 fractions of a
// source frame. Between two rows the taps are interpolated linearly; with 2048 rows that errs by -134 dB at
// 20 kHz, less below.
//
//   |H|  0 dB ____________            pass edge: 20 kHz at 44.1 and 48 kHz, 40 kHz at 96 kHz
//                         \           stop edge: the lower of both Nyquist frequencies
//     -125 dB              \________  nothing folds back, nothing is mirrored
//            0        pass  stop

const STOP_BAND_DB = 126;
const PHASES_MAX = 2048;
/** More would cost more than a stream is worth: 192 kHz into 44.1 kHz still fits. */
const HALF_TAPS_MAX = 1024;

const KAISER_BETA = 0.1102 * (STOP_BAND_DB - 8.7);

/** Modified Bessel function of the first kind, order zero. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= quarter / (n * n);
    sum += term;
  }
  return sum;
}

/** Upper edge of the pass band: what is heard in any case, and five sixths of what the rates carry. */
function passEdgeHz(nyquistHz: number): number {
  return Math.max(Math.min(20_000, nyquistHz * 0.907), nyquistHz / 1.2);
}

/** All that a kernel depends on: rates whose shapes are equal share one. */
interface KernelShape {
  readonly halfTaps: number;
  readonly phases: number;
  /** Two-sided, per source frame. */
  readonly cutoff: number;
}

function kernelShape(sourceRate: number, slotRate: number): KernelShape {
  const nyquistHz = Math.min(sourceRate, slotRate) / 2;
  // A kernel that is wider in source frames is smoother in them as well: it needs fewer rows.
  let phases = PHASES_MAX;
  while (phases > 256 && phases * nyquistHz >= PHASES_MAX * sourceRate) phases /= 2;
  const cutoff = (passEdgeHz(nyquistHz) + nyquistHz) / sourceRate;
  return { halfTaps: filterHalfTaps(sourceRate, slotRate), phases, cutoff };
}

export class SincKernel {
  /** Rows of 2 * halfTaps taps; row p is for a position p / phases after its frame. Read only. */
  readonly taps: Float32Array;
  /** Source frames that count on either side of a position. */
  readonly halfTaps: number;
  readonly phases: number;

  constructor(sourceRate: number, slotRate: number, shape = kernelShape(sourceRate, slotRate)) {
    this.halfTaps = shape.halfTaps;
    this.phases = shape.phases;
    this.taps = new Float32Array((this.phases + 1) * 2 * this.halfTaps);
    this.fill(shape.cutoff);
  }

  /** The filter is even: row p from its end is row phases - p. */
  private fill(cutoff: number): void {
    const { taps, halfTaps, phases } = this;
    const width = 2 * halfTaps;
    const scale = cutoff / besselI0(KAISER_BETA);
    for (let p = 0; p <= phases; p++) {
      for (let k = 0; k < halfTaps; k++) {
        const x = halfTaps - 1 - k + p / phases; // distance from the position back to the tap's frame
        const edge = x / halfTaps;
        const angle = Math.PI * cutoff * x;
        const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
        const value = edge >= 1 ? 0 : scale * sinc * besselI0(KAISER_BETA * Math.sqrt(1 - edge * edge));
        taps[p * width + k] = value;
        taps[(phases - p) * width + width - 1 - k] = value;
      }
    }
  }
}

/** Source frames on either side of a position that the filter between two rates takes. */
export function filterHalfTaps(sourceRate: number, slotRate: number): number {
  const nyquistHz = Math.min(sourceRate, slotRate) / 2;
  const transition = (2 * Math.PI * (nyquistHz - passEdgeHz(nyquistHz))) / sourceRate;
  return Math.ceil((STOP_BAND_DB - 7.95) / (2.285 * transition) / 2);
}

/** Taps of the table between two rates, without making it. */
export function kernelTaps(sourceRate: number, slotRate: number): number {
  const { phases, halfTaps } = kernelShape(sourceRate, slotRate);
  return (phases + 1) * 2 * halfTaps;
}

/** Can a stream of this rate be heard in a slot of that rate? */
export function canResample(sourceRate: number, slotRate: number): boolean {
  return sourceRate > 0 && slotRate > 0 && filterHalfTaps(sourceRate, slotRate) <= HALF_TAPS_MAX;
}

const KERNELS_KEPT = 16;
const kernels = new Map<string, SincKernel>();

/** Kernels are shared: they are large and take some milliseconds to make. The oldest gives way. */
export function sincKernel(sourceRate: number, slotRate: number): SincKernel {
  const shape = kernelShape(sourceRate, slotRate);
  const key = `${shape.halfTaps}:${shape.phases}:${shape.cutoff.toFixed(12)}`;
  const known = kernels.get(key);
  if (known !== undefined) return known;
  if (kernels.size >= KERNELS_KEPT) {
    for (const oldest of kernels.keys()) {
      kernels.delete(oldest);
      break;
    }
  }
  const kernel = new SincKernel(sourceRate, slotRate, shape);
  kernels.set(key, kernel);
  return kernel;
}

/** Makes the kernels between usual rates, so that no stream waits for its own. [engine-thread, starting] */
export function prepareUsualKernels(): void {
  const usual = [44_100, 48_000, 88_200, 96_000];
  for (const sourceRate of usual) for (const slotRate of usual) sincKernel(sourceRate, slotRate);
}
