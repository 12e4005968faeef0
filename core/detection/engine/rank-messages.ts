/** The messages between rank 0, which trains, and the other ranks, which compute for it. */

import type { SentError } from "../../base/thread-error.ts";
import type { LossParts } from "../../loss/loss-parts.ts";
import type { EndMessage } from "../../ranks/rank-group.ts";
import type { DeviceName } from "../../tensor/device-name.ts";
import type { Detection, EngineOptions, MicroBatch } from "./gradient-engine.ts";

/** Whether weights follow: then every rank takes part in a broadcast of all parameters. */
interface WithWeights {
  readonly hasWeights: boolean;
}

/** From rank 0. All but `end` are answered. */
export type ToRank =
  | { readonly kind: "open"; readonly device: DeviceName; readonly options: Omit<EngineOptions, "warn"> }
  | ({
      readonly kind: "gradient";
      readonly step: readonly MicroBatch[];
      /** Indices into `step`, for each sum that is wanted. */
      readonly chains: readonly (readonly number[])[];
    } & WithWeights)
  | ({
      readonly kind: "detect";
      readonly sheets: readonly MicroBatch[];
      readonly withLoss: boolean;
    } & WithWeights)
  | EndMessage;

/** The answers. `sums` says that the sums of so many more chains follow as numbers. */
export type FromRank =
  | { readonly kind: "opened"; readonly device: string }
  | {
      readonly kind: "sums";
      readonly chains: number;
      /** Of the micro-batches in these chains, chain after chain. */
      readonly losses: readonly LossParts[];
    }
  | { readonly kind: "detections"; readonly detections: readonly Detection[][] }
  | { readonly kind: "failed"; readonly error: SentError };
