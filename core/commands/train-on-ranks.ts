/** A training that MPI has started as several ranks: rank 0 trains, the others compute for it. */

import { readFileSync } from "node:fs";
import type { ExitCode } from "../base/problem.ts";
import { UserError } from "../base/problem.ts";
import { errorText } from "../console/command.ts";
import type { ProcessConsole } from "../console/console.ts";
import { serveRank } from "../detection/serve-rank.ts";
import type { LaunchedRank } from "../ranks/launched-ranks.ts";
import { LostRankError, type RankFacts, RankGroup } from "../ranks/rank-group.ts";
import { sourceDigest } from "../ranks/source-digest.ts";

/**
 * How long a rank that has heard of a loss leaves rank 0 to save, in ms: once one rank exits, the launcher
 * ends all. The thread of its watch ends it a little later.
 */
const RANK_0_SAVES_MS = 2500;

/**
 * Joins the other ranks and does this rank's part until the training has ended on all of them.
 *
 * @param commandLine What the ranks have to have in common: the arguments of the command.
 * @param config The configuration file; undefined where a run is resumed.
 * @param stop Aborted by the first signal, and on rank 0 by that of any rank.
 * @param train Trains on rank 0.
 * @returns The exit code, the same on all ranks unless one is lost.
 */
export async function trainOnRanks(
  launched: LaunchedRank,
  commandLine: readonly string[],
  config: string | undefined,
  stop: AbortController,
  console: ProcessConsole,
  train: (group: RankGroup) => Promise<ExitCode>,
): Promise<ExitCode> {
  const facts = factsOf(commandLine, config);
  const group = await RankGroup.join(launched, facts, {
    stop: () => {
      if (stop.signal.aborted) return;
      console.line("another rank got a signal: stopping after the step under way");
      stop.abort();
    },
    // Before there is a run to end, nothing but the loading of the data can be ended.
    lost: (error, hasBegun) => void (hasBegun || stop.abort(error)),
  });
  if (group.rank > 0) return await serve(group, stop, console);
  const code = await lead(group, console, train);
  await group.end(code);
  return code;
}

async function serve(group: RankGroup, stop: AbortController, console: ProcessConsole): Promise<ExitCode> {
  const ask = () => group.askToStop();
  stop.signal.addEventListener("abort", ask);
  if (stop.signal.aborted && !group.isLost) ask();
  try {
    return await serveRank(group, (text) => console.warn(`rank ${group.rank}: ${text}`));
  } catch (error) {
    if (error instanceof LostRankError) await Bun.sleep(RANK_0_SAVES_MS);
    throw error;
  }
}

/** Prints errors itself: as soon as the other ranks know of the end, a launcher may end this process too. */
async function lead(
  group: RankGroup,
  console: ProcessConsole,
  train: (group: RankGroup) => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    group.checkFacts();
    console.line(`ranks: ${group.size}, over ${group.messages.library}`);
    const code = await train(group);
    return group.isLost && code !== 2 ? 1 : code;
  } catch (error) {
    console.warn(errorText(error));
    return error instanceof UserError && !(error instanceof LostRankError) ? error.exitCode : 1;
  }
}

function factsOf(commandLine: readonly string[], config: string | undefined): RankFacts {
  return {
    "their sources": sourceDigest(),
    "the version of Bun": Bun.version,
    "the command line": commandLine.join(" "),
    "the configuration file": config === undefined ? null : digest(config),
  };
}

/** Null for a file that cannot be read here: rank 0 says so when it reads it. */
function digest(file: string): string | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return null;
  }
  return `${new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 12)} of ${file}`;
}
