/** Watches a GPU for asynchronous failures: it was lost, ran out of memory or refused a command. */

/** A failure, after which results of the GPU cannot be trusted. */
export interface GpuFailure {
  readonly kind: "lost" | "out-of-memory" | "error";
  /** The message of the driver. */
  readonly message: string;
}

/** The result of watched work, or the failure of the GPU and the error that the work threw after it. */
export type Observed<T> =
  | { readonly failure: null; readonly value: T }
  | { readonly failure: GpuFailure; readonly error: unknown };

const SCOPES = ["validation", "internal", "out-of-memory"] as const satisfies readonly GPUErrorFilter[];

/** Matches messages of drivers and Dawn about buffers that are larger than they allow. */
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

  /** Whether the device is lost for good. */
  get lost(): boolean {
    return this.#lost;
  }

  /**
   * Runs work that ends with a read, and reports what the GPU refused: a failed command throws nothing and
   * leaves wrong numbers. Only one piece of work may run at a time.
   *
   * @throws The error of the work, if the GPU reports no failure.
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
    if (loss) await attempt; // reads of a lost device are rejected after its tensors are disposed
    const reports = await Promise.all(SCOPES.map(() => this.#report()));
    // After a loss everything fails, so the loss is the reason, whatever else is reported.
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

  /** The loss if it has happened; a wait for the promise would not end without one. */
  async #settledLoss(): Promise<GpuFailure | null> {
    return Promise.race([this.#loss, new Promise<null>((resolve) => setImmediate(() => resolve(null)))]);
  }
}

/** The worst report. Lack of memory comes first, as it is the reason for refused commands. */
function worst(reports: readonly (GpuFailure | null)[]): GpuFailure | null {
  return reports.find((report) => report?.kind === "out-of-memory") ?? reports.find(Boolean) ?? null;
}
