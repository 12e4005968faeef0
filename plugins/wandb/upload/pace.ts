/** How often the upload does something, and how long it waits. */

import { BACKOFF, type Backoff } from "./retry.ts";

/** Times in ms. The defaults are those of W&B's own client, where it has them. */
export interface Pace {
  /** From one look into the growing log to the next. */
  readonly poll: number;
  /** From one request with lines to the next while the run is going on. */
  readonly stream: number;
  /**
   * After this long without a request, an empty one is sent: otherwise the server would think that the run
   * crashed.
   */
  readonly heartbeat: number;
  /** From one update of config, metric definitions and environment to the next. */
  readonly config: number;
  /** Once the run is over: how long nothing may succeed before the upload gives up. */
  readonly patience: number;
  /** The same for a server that has never answered. */
  readonly firstContact: number;
  /** Once the run is over: after this long a line tells the user what the process is waiting for. */
  readonly notice: number;
  /** The time limit for the answer to a GraphQL operation. */
  readonly graphqlAnswer: number;
  /** The time limit for the answer to a request with lines. */
  readonly streamAnswer: number;
  /** The time limit for the upload of a file, to which one second is added for every 50 kB. */
  readonly fileAnswer: number;
  /** The time limit for `init()` of `@wandb/sdk`. */
  readonly sdkInit: number;
  /** The time limit for `finish()` of `@wandb/sdk`. */
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
  notice: 3_000,
  graphqlAnswer: 30_000,
  streamAnswer: 180_000,
  fileAnswer: 30_000,
  sdkInit: 30_000,
  sdkFinish: 30_000,
  backoff: BACKOFF,
};
