/** What a GPU reports out of turn: that it was lost, ran out of memory or refused a command. */

/** Why results of the GPU cannot be trusted. */
export interface GpuFailure {
  readonly kind: "lost" | "out-of-memory" | "error";
  /** What the driver says. */
  readonly message: string;
}

/** How watched work went. `error` is what it threw on top of the failure, if anything. */
export type Observed<T> =
  | { readonly failure: null; readonly value: T }
  | { readonly failure: GpuFailure; readonly error: unknown };

const SCOPES = ["validation", "internal", "out-of-memory"] as const satisfies readonly GPUErrorFilter[];

/** How drivers and Dawn word that a buffer is larger than they allow. */
const TOO_LARGE = /out of memory|exceeds the max|larger than the (maximum|max)|too large|allocat/i;

export class GpuWatch {
  readonly #device: GPUDevice;
  readonly #loss: Promise<GpuFailure>;
  #lost = false;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#loss = device.lost.then(({ message, reason }) => {
      this.#lost = true;
      return { kind: "lost", message: message.trim() || `reason: ${reason}` };
    });
  }

  /** True once the device is gone for good. */
  get lost(): boolean {
    return this.#lost;
  }

  /**
   * Runs work that ends with a reading, and tells what the GPU refused meanwhile: commands that fail leave wrong numbers
   * behind, without an exception. One piece of work at a time.
   *
   * @throws What the work throws while the GPU is well.
   */
  async observe<T>(work: () => Promise<T>): Promise<Observed<T>> {
    for (const scope of SCOPES) this.#device.pushErrorScope(scope);
    let value: T | undefined;
    let error: unknown;
    let threw = false;
    const attempt = work().then(
      (result) => {
        value = result;
      },
      (cause: unknown) => {
        error = cause;
        threw = true;
      },
    );
    const loss = await Promise.race([attempt, this.#loss]);
    if (loss) await attempt; // readings of a lost device are rejected: its tensors are disposed first
    const reports = await Promise.all(SCOPES.map(() => this.#report()));
    // A loss makes all that follows fail: it is the reason, whatever else is reported.
    const failure = loss ?? (await this.#settledLoss()) ?? worst(reports);
    if (failure) return { failure, error };
    if (threw) throw error;
    return { failure: null, value: value as T };
  }

  async #report(): Promise<GpuFailure | null> {
    const error = await this.#device.popErrorScope().catch(() => null);
    if (error === null) return null;
    const memory = error instanceof GPUOutOfMemoryError || TOO_LARGE.test(error.message);
    return { kind: memory ? "out-of-memory" : "error", message: error.message.trim() };
  }

  /** The loss, if it has happened; the promise alone would wait for one. */
  async #settledLoss(): Promise<GpuFailure | null> {
    return Promise.race([this.#loss, new Promise<null>((resolve) => setImmediate(() => resolve(null)))]);
  }
}

/** Memory first: what could not be allocated is the reason for refused commands. */
function worst(reports: readonly (GpuFailure | null)[]): GpuFailure | null {
  return reports.find((report) => report?.kind === "out-of-memory") ?? reports.find(Boolean) ?? null;
}
