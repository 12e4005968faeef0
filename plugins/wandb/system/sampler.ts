/** Samples the load of the machine at an interval and hands each sample on. */

import { SteadyClock } from "../log/steady-clock.ts";
import { MachineLoad } from "./machine-load.ts";
import { gpuLoad } from "./nvidia-smi.ts";
import { ProcessLoad, type Readings } from "./process-load.ts";

export class SystemSampler {
  readonly #process = new ProcessLoad();
  readonly #machine: MachineLoad;
  readonly #interval: number;
  readonly #onSample: (readings: Readings, at: number) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #clock: SteadyClock;
  #next = Number.NEGATIVE_INFINITY;
  #hasGpu = Bun.which("nvidia-smi") !== null;
  #isStopped = false;

  /**
   * Takes the first sample at once, and further ones until it is disposed of.
   *
   * @param folder A folder on the file system to watch.
   * @param interval In seconds.
   * @param onSample Receives the readings and when they were taken, in ms since 1970.
   * @param clock Tells the time.
   */
  constructor(
    folder: string,
    interval: number,
    onSample: (readings: Readings, at: number) => void,
    clock = new SteadyClock(),
  ) {
    this.#clock = clock;
    this.#machine = new MachineLoad(folder);
    this.#interval = interval * 1000;
    this.#onSample = onSample;
    this.#timer = setInterval(() => this.sampleIfDue(), Math.min(this.#interval, 1000));
    this.#timer.unref();
    this.sampleIfDue();
  }

  /**
   * Takes a sample if it is time. Call it between steps, too: while the event loop is busy, no timer fires.
   */
  sampleIfDue(): void {
    const now = this.#clock.now();
    if (this.#isStopped || now < this.#next) return;
    this.#next = now + this.#interval;
    const readings = { ...this.#process.read(), ...this.#machine.read() };
    if (!this.#hasGpu) {
      this.#onSample(readings, now);
      return;
    }
    void gpuLoad().then((gpus) => {
      // Without a GPU the tool need not be asked again.
      if (Object.keys(gpus).length === 0) this.#hasGpu = false;
      if (!this.#isStopped) this.#onSample({ ...readings, ...gpus }, now);
    });
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }
}
