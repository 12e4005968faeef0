/** The ranks of one training as one of them sees it: messages, the watch, the same sources, a common end. */

import { hostname, networkInterfaces } from "node:os";
import { type ExitCode, UserError } from "../base/problem.ts";
import { Communicator } from "./communicator.ts";
import { type LaunchedRank, workersOfRank } from "./launched-ranks.ts";
import { RankWatch } from "./rank-watch.ts";
import { type RankName, rankWords, type WatchAddress } from "./watch-messages.ts";

/** What has to be the same on all ranks: name → value. A value of null is not compared. */
export type RankFacts = Readonly<Record<string, string | null>>;

/** What one rank tells rank 0 about itself. */
interface Introduction {
  readonly self: RankName;
  readonly facts: RankFacts;
}

/** The last message to a rank. `isAbrupt`: MPI is not ended in an orderly way. */
export interface EndMessage {
  readonly kind: "end";
  readonly code: ExitCode;
  readonly isAbrupt: boolean;
}

/** How long an abrupt end waits for the other ranks to read it, in ms. */
const FAREWELL_MS = 1000;

/**
 * Life cycle: `join` initialises MPI and connects the watch; every rank of the launcher has to call it. On
 * rank 0, `checkFacts` compares the ranks; `end` is the last call and tells the others to end. Another rank
 * calls `leave` when that message arrives. If a rank is lost, all calls of `messages` are rejected with a
 * `LostRankError`, and so is `loss`.
 */
export class RankGroup {
  readonly rank: number;
  readonly size: number;
  /** Threads of this rank for `training.workers: auto`. */
  readonly workers: number;
  readonly messages: Communicator;
  /** Rejected when a rank is lost; never resolved. */
  readonly loss: Promise<never>;
  /** What rank 0 knows of the others. */
  readonly #introductions: readonly Introduction[];
  readonly #facts: RankFacts;
  readonly #watch: RankWatch;
  readonly #state: GroupState;

  /**
   * @param facts Of this rank.
   * @param news Told what happens to the other ranks.
   * @throws {UserError} If MPI cannot be used.
   * @throws {LostRankError} If the other ranks cannot be reached.
   */
  static async join(launched: LaunchedRank, facts: RankFacts, news: GroupNews): Promise<RankGroup> {
    const messages = Communicator.join(launched);
    const state: GroupState = { isLost: false, isAtWork: false, hasBegun: false, hasEnded: false };
    const { promise: loss, reject } = Promise.withResolvers<never>();
    loss.catch(() => {}); // whoever waits for something hears of it
    const lost = (why: string) => {
      state.isLost = true;
      const error = new LostRankError(why);
      messages.fail(error);
      reject(error);
      news.lost(error, state.hasBegun);
    };
    const { rank, size } = messages;
    const workers = workersOfRank(launched, process.env);
    const self = { rank, host: hostname(), pid: process.pid };
    process.on("exit", (code) => {
      if (!state.hasEnded) messages.abort(code === 0 ? 1 : code);
    });
    const watchNews = { lost, stop: () => news.stop() };
    if (rank > 0) {
      const address = (await messages.receive(0)) as WatchAddress;
      const watch = await RankWatch.follow(self, address, watchNews).catch((error: Error) => {
        throw new LostRankError(error.message);
      });
      await messages.send(0, { self, facts } satisfies Introduction);
      return new RankGroup(messages, workers, watch, loss, [], facts, state);
    }
    const watch = await RankWatch.lead(self, size, ownAddresses(), watchNews);
    const others = Array.from({ length: size - 1 }, (_, index) => index + 1);
    await Promise.all(others.map((to) => messages.send(to, watch.address)));
    const introductions = await Promise.all(
      others.map(async (from) => (await messages.receive(from)) as Introduction),
    );
    return new RankGroup(messages, workers, watch, loss, introductions, facts, state);
  }

  private constructor(
    messages: Communicator,
    workers: number,
    watch: RankWatch,
    loss: Promise<never>,
    introductions: readonly Introduction[],
    facts: RankFacts,
    state: GroupState,
  ) {
    this.messages = messages;
    this.workers = workers;
    this.rank = messages.rank;
    this.size = messages.size;
    this.loss = loss;
    this.#introductions = introductions;
    this.#facts = facts;
    this.#watch = watch;
    this.#state = state;
  }

  get isLost(): boolean {
    return this.#state.isLost;
  }

  /** "rank 2 on node7 (process 4711)"; only rank 0 knows it. */
  wordsFor(rank: number): string {
    const known = this.#introductions[rank - 1];
    return known ? rankWords(known.self) : `rank ${rank}`;
  }

  /** @throws {UserError} On rank 0, if the facts of a rank differ from its own; it names all of them. */
  checkFacts(): void {
    const problems = this.#introductions.flatMap(({ self, facts }) =>
      Object.entries(this.#facts)
        .filter(([name, own]) => own !== null && facts[name] != null && facts[name] !== own)
        .map(([name, own]) => ({
          where: rankWords(self),
          message: `The ranks differ in ${name}`,
          expected: `that of rank 0: ${own}`,
          got: `${facts[name]}`,
          fix: "start all ranks from the same sources, with the same command line and configuration",
        })),
    );
    if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
  }

  /** A signal has reached this rank: rank 0 decides. */
  askToStop(): void {
    this.#watch.askToStop();
  }

  /** Work of rank 0 in which other ranks take part. It is rejected at once if a rank is lost. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#state.isAtWork = true;
    this.#state.hasBegun = true;
    const result = await Promise.race([work, this.loss]);
    this.#state.isAtWork = false;
    return result;
  }

  /**
   * Work of rank 0 in which other ranks take part, and which ends by itself if one of them fails.
   *
   * @param work Whether all of them have done their part; those that have not may still be at it.
   */
  async duringOwn(work: Promise<boolean>): Promise<void> {
    this.#state.isAtWork = true;
    this.#state.isAtWork = !(await work);
  }

  /**
   * Rank 0 ends, and all others with it. If a rank is lost, or others may still be at work because theirs has
   * failed, the launcher ends what is left once this process exits.
   */
  async end(code: ExitCode): Promise<void> {
    const isAbrupt = this.#state.isAtWork;
    this.#watch.close(code);
    const farewell: EndMessage = { kind: "end", code, isAbrupt };
    if (this.isLost) return; // the others know it; `exit` aborts
    const ranks = Array.from({ length: this.size - 1 }, (_, index) => index + 1);
    const sent = Promise.all(ranks.map((to) => this.messages.send(to, farewell)));
    if (isAbrupt) await Promise.race([sent, Bun.sleep(FAREWELL_MS)]);
    else {
      await sent;
      this.#finish();
    }
  }

  /** Another rank ends as rank 0 has told it. */
  leave({ code, isAbrupt }: EndMessage): void {
    this.#watch.close(code);
    if (isAbrupt) this.#state.hasEnded = true;
    else this.#finish();
  }

  #finish(): void {
    this.messages.finish();
    this.#watch.finish();
    this.#state.hasEnded = true;
  }
}

/** What the owner of a group does about the news. */
export interface GroupNews {
  /** On rank 0: a signal has reached another rank. */
  stop(): void;
  /** A rank is lost. `hasBegun` is true once other ranks have computed: then their call is rejected too. */
  lost(error: LostRankError, hasBegun: boolean): void;
}

interface GroupState {
  isLost: boolean;
  hasBegun: boolean;
  /** True while other ranks compute for rank 0, and from a failure of that on. */
  isAtWork: boolean;
  /** True once the process may end without taking the others along. */
  hasEnded: boolean;
}

/** Another rank has died or hangs. */
export class LostRankError extends UserError {
  constructor(why: string) {
    super({
      message: "The training over several ranks has ended: a rank is lost",
      expected: "a sign of life of every rank",
      got: why,
      fix: "look at that machine (memory, time limit); then resume the run, with any number of ranks",
    });
  }
}

/** Names and addresses under which other machines, or this one, reach this machine. */
function ownAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outer = addresses.filter(({ internal, family }) => !internal && family === "IPv4");
  return [...outer.map(({ address }) => address), hostname(), "127.0.0.1"];
}
