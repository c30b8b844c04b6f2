// Registered and non-registered parameters (RPN, NRPN): controllers 98..101 select one, 6 and 38 set it, 96 and 97
// move it by one. Such messages mean nothing alone, so neither they nor their order can be healed as controllers
// are: what is kept is the parameter's value. A bounded number for each MIDI channel; the oldest gives way.
const CHANNELS = 16;
export const PARAMETERS_MAX = 24;
const NONE = 0xffff;
const UNKNOWN = 0xff;
const BUTTONS_MAX = 127;

export const DATA_HIGH = 6;
export const DATA_LOW = 38;
export const INCREMENT = 96;
export const DECREMENT = 97;
export const NRPN_LOW = 98;
export const NRPN_HIGH = 99;
export const RPN_LOW = 100;
export const RPN_HIGH = 101;

/** Does this controller belong to the transactions of parameters? */
export function isParameterControl(controller: number): boolean {
  return isParameterData(controller) || isParameterSelection(controller);
}
export function isParameterSelection(controller: number): boolean {
  return controller >= NRPN_LOW && controller <= RPN_HIGH;
}
export function isParameterData(controller: number): boolean {
  return (
    controller === DATA_HIGH ||
    controller === DATA_LOW ||
    controller === INCREMENT ||
    controller === DECREMENT
  );
}

/** Rows of PARAMETERS_MAX entries, one row a MIDI channel. */
export class ParameterTable {
  /** NRPN bit 14, high seven bits, low seven bits. */
  readonly numbers = new Uint16Array(CHANNELS * PARAMETERS_MAX).fill(NONE);
  readonly high = new Uint8Array(CHANNELS * PARAMETERS_MAX).fill(UNKNOWN);
  readonly low = new Uint8Array(CHANNELS * PARAMETERS_MAX).fill(UNKNOWN);
  /** Increments less decrements since the value was set. */
  readonly buttons = new Int8Array(CHANNELS * PARAMETERS_MAX);
  private readonly ages = new Float64Array(CHANNELS * PARAMETERS_MAX);
  private clock = 0;

  clear(): void {
    this.numbers.fill(NONE);
    this.high.fill(UNKNOWN);
    this.low.fill(UNKNOWN);
    this.buttons.fill(0);
    this.ages.fill(0);
  }

  isSet(entry: number): boolean {
    return this.numbers[entry] !== NONE;
  }

  /** Index of a parameter's entry, -1 when it was never set. */
  find(channel: number, number: number): number {
    const end = (channel + 1) * PARAMETERS_MAX;
    for (let entry = end - PARAMETERS_MAX; entry < end; entry++) {
      if (this.numbers[entry] === number) return entry;
    }
    return -1;
  }

  /** Index of a parameter's entry, which is now the newest of its channel. */
  touch(channel: number, number: number): number {
    let entry = this.find(channel, number);
    if (entry < 0) {
      entry = this.oldest(channel);
      this.numbers[entry] = number;
      this.high[entry] = UNKNOWN;
      this.low[entry] = UNKNOWN;
      this.buttons[entry] = 0;
    }
    this.ages[entry] = ++this.clock;
    return entry;
  }

  /** Follows a message of controllers 6, 38, 96 or 97. */
  change(entry: number, controller: number, value: number): void {
    if (controller === INCREMENT || controller === DECREMENT) {
      const moved = this.buttons[entry] + (controller === INCREMENT ? 1 : -1);
      this.buttons[entry] = Math.max(-BUTTONS_MAX, Math.min(BUTTONS_MAX, moved));
      return;
    }
    if (controller === DATA_HIGH) this.high[entry] = value;
    else this.low[entry] = value;
    this.buttons[entry] = 0;
  }

  private oldest(channel: number): number {
    const first = channel * PARAMETERS_MAX;
    let oldest = first;
    for (let entry = first; entry < first + PARAMETERS_MAX; entry++) {
      if (this.numbers[entry] === NONE) return entry;
      if (this.ages[entry] < this.ages[oldest]) oldest = entry;
    }
    return oldest;
  }
}
