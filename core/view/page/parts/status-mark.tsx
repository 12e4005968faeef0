/** How a run stands: a mark that differs in its form, not by colour alone, and its word. */

import type { JSX } from "preact";
import type { RunStanding } from "../../api.ts";

const MARKS: Readonly<Record<RunStanding, string>> = {
  running: "▶",
  finished: "✓",
  stopped: "■",
  interrupted: "❙❙",
  failed: "✕",
  crashed: "⚡",
  unknown: "?",
};

interface StatusMarkProps {
  readonly status: RunStanding;
  readonly reason?: string | null;
  /** True: the mark alone; the word is for screen readers. */
  readonly short?: boolean;
}

export function StatusMark({ status, reason = null, short = false }: StatusMarkProps): JSX.Element {
  return (
    <span class={`status s-${status}`} title={reason ?? status}>
      <span class="mark" aria-hidden="true">
        {MARKS[status] ?? "?"}
      </span>
      <span class={short ? "unseen" : ""}>{status}</span>
    </span>
  );
}
