/** The requests of plugins that a run ends early: they add up, and each is kept with its giver and reason. */

import { gotWords } from "../config/field-words.ts";
import type { StopRequest } from "./lifecycle.ts";

/** The points of a run at which it can end early. */
const STOP_POINTS = ["epoch", "step"] as const satisfies readonly StopRequest["after"][];

/**
 * The stop requests of one run.
 *
 * Life cycle: it begins with the requests that a checkpoint holds. Plugins add to it; the loop asks which
 * requests are due, and takes them once it obeys. A checkpoint keeps the requests that nobody has obeyed yet.
 */
export class StopRequests {
  #open: readonly StopRequest[];

  constructor(earlier: readonly StopRequest[] = []) {
    this.#open = earlier;
  }

  /** The requests that the run has not obeyed yet, in the order in which they were made. */
  get open(): readonly StopRequest[] {
    return this.#open;
  }

  /** @returns False if the same plugin has made the same request before. */
  add(request: StopRequest): boolean {
    const isSame = ({ plugin, reason, after }: StopRequest) =>
      plugin === request.plugin && reason === request.reason && after === request.after;
    if (this.#open.some(isSame)) return false;
    this.#open = [...this.#open, request];
    return true;
  }

  /** True if the run has to end now: after a step, or after an epoch, where both kinds are due. */
  isDue(point: StopRequest["after"]): boolean {
    return this.#open.some(({ after }) => point === "epoch" || after === "step");
  }

  /** Removes and returns all requests, because the run ends. */
  take(): readonly StopRequest[] {
    const taken = this.#open;
    this.#open = [];
    return taken;
  }
}

/**
 * A request from what a plugin passed to `requestStop`.
 *
 * @throws {TypeError} If the reason is no text, or an empty one.
 * @throws {RangeError} If `after` is neither `epoch` nor `step`.
 */
export function checkedStopRequest(plugin: string, reason: unknown, after: unknown): StopRequest {
  if (typeof reason !== "string" || reason.trim() === "") {
    throw new TypeError(`Cannot stop the run: a reason is expected, as a text, got ${gotWords(reason)}`);
  }
  const point = STOP_POINTS.find((known) => known === after);
  if (point === undefined) {
    throw new RangeError(
      `Cannot stop the run: after: "epoch" or after: "step" is expected, got ${gotWords(after)}`,
    );
  }
  return { plugin, reason: reason.trim().replaceAll(/\s+/g, " "), after: point };
}

/** All reasons in one line: `plateau: no better F1 for 5 epochs; budget: 2 hours are over`. */
export function stopReason(requests: readonly StopRequest[]): string {
  return requests.map(({ plugin, reason }) => `${plugin}: ${reason}`).join("; ");
}
