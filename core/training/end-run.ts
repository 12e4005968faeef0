/** The end of a run: tells the plugins and saves what they still ask for. */

import { UserError } from "../base/problem.ts";
import { bestSummary } from "../hooks/metric-names.ts";
import { BrokenUpdateError } from "./broken-update.ts";
import { handOverRow } from "./hand-over-row.ts";
import type { RunOutcome } from "./run-outcome.ts";
import type { RunParts } from "./run-parts.ts";
import type { RunState } from "./run-state.ts";

/**
 * Tells the plugins how the run ended, and still does what they ask for in their hooks. Every plugin is
 * told, even if a checkpoint cannot be written.
 *
 * @throws The first failure, once everything has been attempted.
 */
export async function endRun(
  run: Pick<RunParts, "host" | "checkpoints" | "profile">,
  state: RunState,
  { status, reason, stopRequests, error }: Omit<RunOutcome, "progress" | "lateRequests">,
): Promise<void> {
  const { host, checkpoints, profile } = run;
  const { moment } = state;
  const { best, seconds } = state.progress;
  // Without a validation split no epoch is the best one.
  const summary = best === null ? {} : bestSummary(best.epoch, best.metrics);
  const failures: unknown[] = [];
  const attempt = (work: () => Promise<void>) => work().catch((cause) => void failures.push(cause));
  await attempt(() => checkpoints.flush());
  if (status === "failed" && state.isRowLeft) await attempt(() => handOverRow(run, state));
  const why = {
    ...(reason === null ? {} : { reason }),
    ...(stopRequests.length === 0 ? {} : { stopRequests }),
  };
  const event = { ...moment, status, ...why, summary, error, seconds };
  const afterEach = () =>
    attempt(async () => {
      await host.drain(moment);
      if (!(error instanceof BrokenUpdateError)) await checkpoints.saveRequested(state);
      await checkpoints.flush();
    });
  await attempt(() => profile.during("hooks", () => host.fire("onRunEnd", event, afterEach)));
  if (failures.length > 0) throw failures[0];
}

/** Both errors in one: a failure while ending a run must not hide the one that ended it. */
export function joinErrors(first: Error | null, cause: unknown): Error {
  const second = cause instanceof Error ? cause : new Error(String(cause));
  if (first === null || first.message === second.message) return first ?? second;
  if (first instanceof UserError && second instanceof UserError) {
    return new UserError([...first.problems, ...second.problems], { cause: first });
  }
  return new Error(`${first.message}\n\nand while ending the run: ${second.message}`, { cause: first });
}
