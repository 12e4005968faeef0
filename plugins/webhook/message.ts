/** What is posted. It names no files, sheets or folders, and holds no message of an error. */

import { formatDuration, formatMetric, type Metrics } from "../../core/plugin.ts";

interface Place {
  readonly step: number;
  readonly epoch: number;
}

/** A metric passed a mark of the configuration. */
interface MarkPassed extends Place {
  readonly event: "mark_passed";
  readonly mark: string;
  readonly metric: string;
  readonly value: number;
}

/** The run came to its end. */
interface RunEnded extends Place {
  readonly event: "run_ended";
  readonly status: "finished" | "stopped" | "interrupted" | "failed";
  /** Why, for `stopped`. */
  readonly reason?: string;
  /** Values of the best epoch. */
  readonly summary: Metrics;
  /** All processes of the run together. */
  readonly seconds: number;
}

export type Message = MarkPassed | RunEnded;

/** A message as one line of Slack's markup. */
export function slackText(run: string, message: Message): string {
  const { step, epoch } = message;
  const where = `epoch ${epoch}, step ${step}`;
  if (message.event === "mark_passed") {
    const value = formatMetric(message.value);
    return `*${escaped(run)}* passed ${escaped(message.mark)}: ${escaped(message.metric)} is ${value} (${where})`;
  }
  const { status, reason, summary, seconds } = message;
  const why = reason === undefined ? "" : `: ${escaped(reason)}`;
  const best = typeof summary.best_f1 === "number" ? `, best F1 ${formatMetric(summary.best_f1)}` : "";
  return `*${escaped(run)}* ${status} after ${formatDuration(seconds)}${why} (${where}${best})`;
}

/** The three characters that mean something in Slack's markup. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
