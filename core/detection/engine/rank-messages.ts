/** The messages between rank 0, which trains, and the other ranks, which compute for it. */

import type { SentError } from "../../base/thread-error.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import type { UpdateOptions } from "../../optim/update-slice.ts";
import type { EndMessage } from "../../ranks/rank-group.ts";
import type { DeviceName } from "../../tensor/device-name.ts";
import type { Detection, EngineOptions, MicroBatch } from "./gradient-engine.ts";
import type { ChainPlace } from "./rank-shares.ts";

/** Whether weights follow: then every rank takes part in a broadcast of all parameters. */
interface WithWeights {
  readonly hasWeights: boolean;
}

/** From rank 0. All but `learn` and `end` are answered. */
export type ToRank =
  | { readonly kind: "open"; readonly device: DeviceName; readonly options: Omit<EngineOptions, "warn"> }
  | ({
      readonly kind: "gradient";
      readonly step: readonly MicroBatch[];
      /** Indices into `step`, for each chain of this rank. */
      readonly chains: readonly (readonly number[])[];
      /** The chains of every rank. */
      readonly plan: readonly (readonly ChainPlace[])[];
    } & WithWeights)
  /** The rank's slice of both moments follows as numbers: it updates this slice from now on. */
  | { readonly kind: "learn" }
  /** The last step's gradient is used; the new weights go to all ranks. */
  | { readonly kind: "update"; readonly options: UpdateOptions }
  | ({
      readonly kind: "detect";
      readonly sheets: readonly MicroBatch[];
      readonly withLoss: boolean;
    } & WithWeights)
  | EndMessage;

/** The answers. */
export type FromRank =
  | { readonly kind: "opened"; readonly device: string }
  /** So many arrays of numbers follow: rank 0's slice of the sums of chains, or new weights. */
  | { readonly kind: "ready"; readonly count: number }
  /** The rank's slice of the gradient is complete, and follows as numbers. */
  | {
      readonly kind: "slice";
      /** Of the micro-batches in the rank's chains, chain after chain. */
      readonly losses: readonly LossParts[];
      /** The sum of the squares of each parameter of the slice. */
      readonly squares: Float64Array;
    }
  | { readonly kind: "detections"; readonly detections: readonly Detection[][] }
  | { readonly kind: "failed"; readonly error: SentError };
