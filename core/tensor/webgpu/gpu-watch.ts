/** What a GPU reports out of turn: that it was lost, ran out of memory or refused a command. */

/** Why results of the GPU cannot be trusted any more. */
export interface GpuFailure {
  readonly kind: "lost" | "out-of-memory" | "error";
  /** What the driver says. */
  readonly message: string;
}

export class GpuWatch {
  #failure: GpuFailure | null = null;
  #tell: (failure: GpuFailure) => void = () => {};
  /** Settles at the first failure; pending as long as all is well. */
  readonly failed: Promise<GpuFailure>;

  constructor(device: GPUDevice) {
    this.failed = new Promise((resolve) => {
      this.#tell = resolve;
    });
    device.lost.then(({ message, reason }) => this.#note("lost", message || reason));
    device.addEventListener("uncapturederror", (event) => {
      const { error } = event as GPUUncapturedErrorEvent;
      const memory = error instanceof GPUOutOfMemoryError || /out of memory/i.test(error.message);
      this.#note(memory ? "out-of-memory" : "error", error.message);
    });
  }

  /** The first failure, which makes all later ones; null if there was none. A loss replaces what came before it. */
  get failure(): GpuFailure | null {
    return this.#failure;
  }

  get lost(): boolean {
    return this.#failure?.kind === "lost";
  }

  #note(kind: GpuFailure["kind"], message: string): void {
    if (this.#failure !== null && kind !== "lost") return;
    this.#failure = { kind, message: message.trim() };
    this.#tell(this.#failure);
  }
}
