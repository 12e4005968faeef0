/** Deals work on a slice of the parameters to the threads of a pool. */

import { cutSlices, offsetsWithin } from "../../optim/slices.ts";
import type { Answer } from "./messages.ts";
import { mapArrays, type SharedPart, type SliceTask } from "./slice-task.ts";
import type { WorkerThread } from "./worker-thread.ts";

/** The threads, and the buffers that they share. A buffer is shared when it is first used, and for good. */
export class SliceThreads {
  readonly #threads: readonly WorkerThread[];
  readonly #numbers = new Map<ArrayBufferLike, number>();

  constructor(threads: readonly WorkerThread[]) {
    this.#threads = threads;
  }

  /**
   * Shares the buffer of the array with all threads.
   *
   * @throws {TypeError} If the array does not lie in shared memory.
   */
  partOf({ buffer, byteOffset: offset, length }: Float32Array): SharedPart {
    if (!(buffer instanceof SharedArrayBuffer)) throw new TypeError("Threads need arrays in shared memory");
    let number = this.#numbers.get(buffer);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(buffer, number);
      for (const thread of this.#threads) thread.share({ kind: "share", number, buffer });
    }
    return { buffer: number, offset, length };
  }

  /** See `ChainEngine.onSlice`. */
  async run(task: SliceTask<Float32Array>, offsets: readonly number[]): Promise<Float64Array> {
    const size = (task.kind === "sum" ? task.into : task.slice.parameters).length;
    const squares = new Float64Array(offsets.length);
    const slices = cutSlices(offsets, size, this.#threads.length);
    await Promise.all(
      this.#threads.map(async (thread, index) => {
        const slice = slices[index]!;
        if (slice.from === slice.to) return;
        const part = mapArrays(task, (array) => this.partOf(array.subarray(slice.from, slice.to)));
        const own = part.kind === "sum" ? { ...part, offsets: offsetsWithin(slice, offsets) } : part;
        const answer = (await thread.run(own)) as Extract<Answer, { kind: "slice" }>;
        squares.set(answer.squares, slice.firstParameter);
      }),
    );
    return squares;
  }
}
