/** Reads many workbooks on all cores. */

import { availableParallelism } from "node:os";
import type { LoadGridsOptions } from "../../features/load-grids.ts";
import { fileSize } from "../../files/file-state.ts";
import type { ReadAnswer, ReadTask } from "./read-messages.ts";

/** What became of one workbook. */
export type ReadResult = ReadAnswer;

export interface ReadWorkbooksOptions {
  /** Where grids are kept, and the largest grid. */
  readonly grids: LoadGridsOptions;
  /** False: the grids only go into the cache; results have `grid: null` on every sheet. */
  readonly keepGrids: boolean;
  /** Threads; never more than there are workbooks. @default one a core */
  readonly threads?: number;
  /**
   * Called for each workbook once it is read, in whatever order they come; awaited before its thread goes on. `share` is
   * how much of all the bytes is read, 0 … 1.
   */
  readonly onResult: (index: number, result: ReadResult, share: number) => void | Promise<void>;
  /** Aborted: the promise is rejected with its reason; workbooks that are being read are dropped. */
  readonly signal?: AbortSignal;
  /** A workbook that takes longer is given up, milliseconds. @default 5 minutes, LibreOffice's time included */
  readonly timeLimit?: number;
  /** The threads' program. @default read-worker.ts */
  readonly program?: URL;
}

/** Opening a workbook and reading its styles takes about as long as that many bytes of it. */
const COST_OF_A_FILE = 20_000;

/**
 * Reads the workbooks at `paths`, large ones first so that none is left over at the end. A thread that crashes or hangs
 * costs the one workbook it was reading, which is reported as failed; another thread takes its place.
 */
export async function readWorkbooks(paths: readonly string[], options: ReadWorkbooksOptions): Promise<void> {
  const { grids, keepGrids, onResult, signal, timeLimit = 300_000 } = options;
  const program = options.program ?? new URL("./read-worker.ts", import.meta.url);
  const sizes = paths.map((path) => COST_OF_A_FILE + (fileSize(path) ?? 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let done = 0;
  const queue = paths.map((_, index) => index).sort((a, b) => sizes[b]! - sizes[a]!);
  const threads = Math.min(options.threads ?? availableParallelism(), paths.length);

  const work = async (): Promise<void> => {
    let thread: Thread | null = null;
    try {
      for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
        signal?.throwIfAborted();
        const path = paths[index]!;
        thread ??= new Thread(program);
        const result = await thread.read({ path, options: grids, keepGrids }, timeLimit, signal);
        if (thread.isDead) thread = null;
        done += sizes[index]!;
        await onResult(index, result, done / total);
      }
    } catch (error) {
      queue.length = 0; // the other threads end after what they are at
      throw error;
    } finally {
      thread?.stop();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
}

/** One reading thread. */
class Thread {
  readonly #worker: Worker;
  isDead = false;

  constructor(program: URL) {
    this.#worker = new Worker(program);
  }

  read(task: ReadTask, timeLimit: number, signal: AbortSignal | undefined): Promise<ReadResult> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        this.#worker.removeEventListener("close", onClose);
      };
      const fail = (got: string) => {
        if (this.isDead) return;
        this.isDead = true;
        finish();
        this.#worker.terminate();
        const fix = "leave the file out, or open it in Excel or LibreOffice and save it anew";
        const message = "Cannot read the workbook";
        resolve({ kind: "failed", problems: [{ file: task.path, message, got, fix }] });
      };
      const onClose = () => fail("the reading thread ended on it");
      const onAbort = () => {
        this.isDead = true;
        finish();
        this.#worker.terminate();
        reject(signal!.reason);
      };
      const seconds = Math.round(timeLimit / 1000);
      const timer = setTimeout(() => fail(`no end after ${seconds} s`), timeLimit);
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#worker.addEventListener("close", onClose, { once: true });
      this.#worker.onerror = (event) => {
        event.preventDefault();
        fail(`the reading thread crashed: ${event.message || "no reason given"}`);
      };
      this.#worker.onmessage = ({ data }: MessageEvent<ReadAnswer>) => {
        finish();
        resolve(data);
      };
      this.#worker.postMessage(task);
    });
  }

  stop(): void {
    if (!this.isDead) this.#worker.terminate();
    this.isDead = true;
  }
}
