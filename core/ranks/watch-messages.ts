/** What the ranks' watches send each other, and what a watch and its own process tell each other. */

/** Where the watch of rank 0 listens. */
export interface WatchAddress {
  readonly addresses: readonly string[];
  readonly port: number;
  /** Whoever connects has to know it. */
  readonly token: string;
}

/** Who a rank is, for messages. */
export interface RankName {
  readonly rank: number;
  readonly host: string;
  readonly pid: number;
}

/** One line of JSON on the connection between rank 0 and another rank. */
export type WatchLine =
  | { readonly kind: "hello"; readonly token: string; readonly from: RankName }
  | { readonly kind: "alive" }
  /** A signal has asked the sender to stop. */
  | { readonly kind: "stop" }
  /** A rank is lost: all others end too. */
  | { readonly kind: "lost"; readonly why: string }
  /** The sender ends as it should. */
  | { readonly kind: "bye" };

/** From the process to the thread of its watch. */
export type ToWatch =
  | { readonly kind: "lead"; readonly self: RankName; readonly size: number; readonly token: string }
  | { readonly kind: "follow"; readonly self: RankName; readonly address: WatchAddress }
  | { readonly kind: "stop" }
  /** The process ends with this code, if MPI lets it. */
  | { readonly kind: "close"; readonly code: number }
  /** MPI has ended: the process may take its time over the rest. */
  | { readonly kind: "finish" };

/** From the thread of a watch to its process. */
export type FromWatch =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "connected" }
  | { readonly kind: "stop" }
  | { readonly kind: "lost"; readonly why: string };

/** "rank 2 on node7 (process 4711)" */
export function rankWords({ rank, host, pid }: RankName): string {
  return `rank ${rank} on ${host} (process ${pid})`;
}
