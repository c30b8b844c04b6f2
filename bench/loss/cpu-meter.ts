// Processor time of the code between enter() and leave(), what reading it costs taken off.
import type { Meter } from '../../test/simulation/support/virtual-engine.js';

const CALIBRATIONS = 20_000;

export class CpuMeter implements Meter {
  private spentUs = 0;
  private sections = 0;
  private atUs = 0;
  private static emptyUs = -1;

  enter(): void {
    const { user, system } = process.cpuUsage();
    this.atUs = user + system;
  }

  leave(): void {
    const { user, system } = process.cpuUsage();
    this.spentUs += user + system - this.atUs;
    this.sections++;
  }

  /** Since the meter was made. */
  get us(): number {
    return Math.max(0, this.spentUs - this.sections * CpuMeter.emptySectionUs());
  }

  /** What a section with nothing in it seems to take. */
  private static emptySectionUs(): number {
    if (CpuMeter.emptyUs < 0) {
      const meter = new CpuMeter();
      for (let i = 0; i < 2 * CALIBRATIONS; i++) {
        if (i === CALIBRATIONS) meter.spentUs = 0; // until here it was being compiled
        meter.enter();
        meter.leave();
      }
      CpuMeter.emptyUs = meter.spentUs / CALIBRATIONS;
    }
    return CpuMeter.emptyUs;
  }
}
