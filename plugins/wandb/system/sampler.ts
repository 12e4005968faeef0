/** Samples the load of the machine at an interval and hands each sample on. */

import { SteadyClock } from "../log/steady-clock.ts";
import { MachineLoad } from "./machine-load.ts";
import { gpuLoad } from "./nvidia-smi.ts";
import { ProcessLoad, type Readings } from "./process-load.ts";

/** After so many answers without a GPU in a row there is none: a busy driver fails to answer now and then. */
const MOST_EMPTY_ANSWERS = 3;

export class SystemSampler {
  readonly #process = new ProcessLoad();
  readonly #machine: MachineLoad;
  readonly #interval: number;
  readonly #onSample: (readings: Readings, at: number) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #clock: SteadyClock;
  #next = Number.NEGATIVE_INFINITY;
  /** Asks the GPUs; null once there are none. */
  #askGpus: (() => Promise<Readings>) | null;
  #emptyAnswers = 0;
  /** True while the GPUs have not answered: the tool may take longer than the interval. */
  #isAsking = false;
  #isStopped = false;

  /**
   * Takes the first sample at once, and further ones until it is disposed of.
   *
   * @param folder A folder on the file system to watch.
   * @param interval In seconds.
   * @param onSample Receives the readings and when they were taken, in ms since 1970.
   * @param clock Tells the time.
   * @param askGpus Gives the load of the GPUs; null where there are none.
   */
  constructor(
    folder: string,
    interval: number,
    onSample: (readings: Readings, at: number) => void,
    clock = new SteadyClock(),
    askGpus: (() => Promise<Readings>) | null = Bun.which("nvidia-smi") === null ? null : gpuLoad,
  ) {
    this.#clock = clock;
    this.#askGpus = askGpus;
    this.#machine = new MachineLoad(folder);
    this.#interval = interval * 1000;
    this.#onSample = onSample;
    this.#timer = setInterval(() => this.sampleIfDue(), Math.min(this.#interval, 1000));
    this.#timer.unref();
    this.sampleIfDue();
  }

  /**
   * Takes a sample if it is time and the one before is complete. Call it between steps, too: while the event
   * loop is busy, no timer fires.
   */
  sampleIfDue(): void {
    const now = this.#clock.now();
    if (this.#isStopped || this.#isAsking || now < this.#next) return;
    this.#next = now + this.#interval;
    const readings = { ...this.#process.read(), ...this.#machine.read() };
    if (this.#askGpus === null) {
      this.#onSample(readings, now);
      return;
    }
    this.#isAsking = true;
    void this.#askGpus().then((gpus) => {
      this.#isAsking = false;
      this.#emptyAnswers = Object.keys(gpus).length === 0 ? this.#emptyAnswers + 1 : 0;
      if (this.#emptyAnswers === MOST_EMPTY_ANSWERS) this.#askGpus = null;
      if (!this.#isStopped) this.#onSample({ ...readings, ...gpus }, now);
    });
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }
}
