import { BACKOFF, type Backoff } from "./retry.ts";

/** How often things happen, in ms. The defaults are those of W&B's own client where it has them. */
export interface Pace {
  /** Looking for news in the local log. */
  readonly poll: number;
  /** From one file_stream request to the next while the run goes on. */
  readonly stream: number;
  /** An empty request after this long without one, or the server takes the run for crashed. */
  readonly heartbeat: number;
  /** From one change of config, metrics or environment to the next. */
  readonly config: number;
  /** Once the run is over: how long nothing may succeed before the rest is left for later. */
  readonly patience: number;
  /** The same where the server has not answered a single time. */
  readonly firstContact: number;
  /** Time limits for one answer: of a GraphQL operation, of a file_stream request. */
  readonly graphqlAnswer: number;
  readonly streamAnswer: number;
  /** For the upload of a file, besides a second for every 50 kB. */
  readonly fileAnswer: number;
  /** Time limits for `init()` and `finish()` of `@wandb/sdk`, where that is the transport. */
  readonly sdkInit: number;
  readonly sdkFinish: number;
  readonly backoff: Backoff;
}

export const PACE: Pace = {
  poll: 1_000,
  stream: 15_000,
  heartbeat: 30_000,
  config: 5_000,
  patience: 30_000,
  firstContact: 8_000,
  graphqlAnswer: 30_000,
  streamAnswer: 180_000,
  fileAnswer: 30_000,
  sdkInit: 30_000,
  sdkFinish: 30_000,
  backoff: BACKOFF,
};
