/**
 * Messages between ranks over MPI. Every call is one of MPI's non-blocking ones, and a timer asks whether it
 * is complete: a rank that waits for another one still hears signals and bad news.
 */

import { ptr } from "bun:ffi";
import { deserialize, serialize } from "node:v8";
import { UserError } from "../base/problem.ts";
import type { LaunchedRank } from "./launched-ranks.ts";
import { type MpiLibrary, openMpiLibrary } from "./mpi-library.ts";

/** The tags of MPI, one for each kind of message. Messages with the same tag keep their order. */
const TAG = { length: 1, message: 2, numbers: 3, notice: 4 } as const;

/** MPI counts in 32-bit integers, so larger arrays travel in pieces of this many bytes. */
const MAX_BYTES = 2 ** 30;

/** While something large is on its way, the thread asks for so long before it lets other work run, in ms. */
const BURST_MS = 3;

/** Time between two questions while only short messages are awaited, in ms. */
const PAUSE_MS = 1;

/** A message of at least this many bytes makes no progress unless MPI is called again and again. */
const LARGE = 65_536;

interface Pending {
  readonly request: BigUint64Array;
  /** Kept alive: MPI reads or writes it until the request is complete. */
  readonly bytes: Uint8Array;
  readonly what: string;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * This process as a rank of MPI's world communicator.
 *
 * Life cycle: `join` initialises MPI, once per process. Then messages are sent and received. `fail` rejects
 * every call under way and every later one. `finish` ends MPI once all ranks have called it; `abort` ends all
 * processes of the launcher.
 */
export class Communicator {
  readonly rank: number;
  readonly size: number;
  readonly library: string;
  readonly #mpi: MpiLibrary;
  readonly #flag = new Int32Array(1);
  readonly #pending = new Set<Pending>();
  #isPolling = false;
  #failure: unknown = null;

  /**
   * @throws {UserError} If there is no MPI library, or it belongs to another launcher than the one that
   *   started this process.
   */
  static join(
    launched: LaunchedRank,
    env: Readonly<Record<string, string | undefined>> = process.env,
  ): Communicator {
    const mpi = openMpiLibrary(launched.launcher, env);
    check(mpi.calls.MPI_Init(null, null), "MPI_Init");
    const value = new Int32Array(1);
    check(mpi.calls.MPI_Comm_rank(mpi.world, ptr(value)), "MPI_Comm_rank");
    const rank = value[0]!;
    check(mpi.calls.MPI_Comm_size(mpi.world, ptr(value)), "MPI_Comm_size");
    const size = value[0]!;
    check(mpi.calls.MPI_Comm_set_errhandler(mpi.world, mpi.errorsReturn), "MPI_Comm_set_errhandler");
    if (rank === launched.rank && size === launched.size) return new Communicator(mpi, rank, size);
    throw new UserError({
      message: "The MPI library does not belong to the launcher of this process",
      expected: `rank ${launched.rank} of ${launched.size}, as the environment says`,
      got: `rank ${rank} of ${size} from ${mpi.name}`,
      fix: "set MPI_LIBRARY to the library of the launcher's MPI; under Slurm, name its protocol: srun --mpi=pmi2",
    });
  }

  private constructor(mpi: MpiLibrary, rank: number, size: number) {
    this.#mpi = mpi;
    this.rank = rank;
    this.size = size;
    this.library = mpi.name;
  }

  /** Sends a value that the structured clone algorithm can copy. */
  async send(to: number, value: unknown): Promise<void> {
    const bytes = new Uint8Array(serialize(value)); // a copy with memory of its own: Node pools small ones
    await Promise.all([
      this.#start("send", to, TAG.length, bytesOf(new Float64Array([bytes.byteLength]))),
      this.#move("send", to, TAG.message, bytes),
    ]);
  }

  /** @returns The next value that the rank has sent with `send`. */
  async receive(from: number): Promise<unknown> {
    const length = new Float64Array(1);
    await this.#start("receive", from, TAG.length, bytesOf(length));
    const bytes = new Uint8Array(length[0]!);
    await this.#move("receive", from, TAG.message, bytes);
    return deserialize(bytes);
  }

  /** Sends the numbers as they are; the other rank has to know how many they are. */
  sendNumbers(to: number, numbers: Float32Array): Promise<void> {
    return this.#move("send", to, TAG.numbers, bytesOf(numbers));
  }

  receiveNumbers(from: number, into: Float32Array): Promise<void> {
    return this.#move("receive", from, TAG.numbers, bytesOf(into));
  }

  /**
   * Announces numbers, apart from what `send` sends.
   *
   * @param count Tells the other rank how many arrays follow.
   */
  notify(to: number, count: number): Promise<void> {
    return this.#start("send", to, TAG.notice, bytesOf(new Float64Array([count])));
  }

  /** @returns The count of the next notice of the rank. */
  async noticeFrom(from: number): Promise<number> {
    const count = new Float64Array(1);
    await this.#start("receive", from, TAG.notice, bytesOf(count));
    return count[0]!;
  }

  /** Copies rank 0's numbers to all ranks, which all call it; each rank passes them on in a binomial tree. */
  async broadcastNumbers(numbers: Float32Array): Promise<void> {
    const { rank, size } = this;
    if (rank > 0) await this.receiveNumbers(rank & (rank - 1), numbers);
    const sent: Promise<void>[] = [];
    for (let bit = 1; bit < size && (rank & bit) === 0; bit <<= 1) {
      if (rank + bit < size) sent.push(this.sendNumbers(rank + bit, numbers));
    }
    await Promise.all(sent);
  }

  /** Rejects what is under way and what comes later: another rank is lost. */
  fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    for (const one of this.#pending) one.reject(error);
    this.#pending.clear();
  }

  /** Ends MPI. It returns when all ranks have called it. */
  finish(): void {
    this.#mpi.calls.MPI_Finalize();
  }

  /** Ends this process and, through the launcher, all other ranks, whatever they do. */
  abort(code: number): void {
    this.#mpi.calls.MPI_Abort(this.#mpi.world, code);
  }

  async #move(way: Way, rank: number, tag: number, bytes: Uint8Array): Promise<void> {
    const pieces: Promise<void>[] = [];
    for (let at = 0; at < bytes.byteLength; at += MAX_BYTES) {
      pieces.push(this.#start(way, rank, tag, bytes.subarray(at, at + MAX_BYTES)));
    }
    await Promise.all(pieces);
  }

  #start(way: Way, rank: number, tag: number, bytes: Uint8Array): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const { calls, byte, world } = this.#mpi;
      const request = new BigUint64Array(1);
      const call = way === "send" ? calls.MPI_Isend : calls.MPI_Irecv;
      const what = `${way} of ${bytes.byteLength} bytes, rank ${rank}`;
      check(call(ptr(bytes), bytes.byteLength, byte, rank, tag, world, ptr(request)), what);
      this.#pending.add({ request, bytes, what, resolve, reject });
      if (!this.#isPolling) this.#poll();
    });
  }

  /** Asks until nothing is pending. */
  readonly #poll = (): void => {
    const until = performance.now() + BURST_MS;
    let isLarge: boolean;
    do {
      isLarge = false;
      for (const one of this.#pending) {
        if (!this.#test(one)) isLarge ||= one.bytes.byteLength >= LARGE;
      }
    } while (isLarge && performance.now() < until);
    this.#isPolling = this.#pending.size > 0;
    if (!this.#isPolling) return;
    if (isLarge) setImmediate(this.#poll);
    else setTimeout(this.#poll, PAUSE_MS);
  };

  #test(one: Pending): boolean {
    const { calls, statusIgnore } = this.#mpi;
    const code = calls.MPI_Test(ptr(one.request), ptr(this.#flag), statusIgnore);
    if (code === 0 && this.#flag[0] === 0) return false;
    this.#pending.delete(one);
    if (code === 0) one.resolve();
    else one.reject(mpiError(code, one.what));
    return true;
  }
}

type Way = "send" | "receive";

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function check(code: number, what: string): void {
  if (code !== 0) throw mpiError(code, what);
}

function mpiError(code: number, what: string): Error {
  return new Error(`MPI failed with code ${code}: ${what}`);
}
