/** What the peers reached, and the table of it that stands in the README. */

import type { Range } from "../../core/base/range.ts";
import type { LoadedSplit } from "../../core/evaluation/load-split.ts";
import { scoreSheets } from "../../core/scoring/score-sheets.ts";
import type { PeerAnswer } from "./run-peer.ts";

/** What a contestant reached on a dataset. F1 is over tables. */
export interface PeerScore {
  readonly f1_eob_2: number;
  readonly f1_eob_0: number;
  /** Labelled sheets that it did not open, or of which it says nothing: as if it had found nothing there. */
  readonly unanswered: number;
}

export interface PeerResult {
  /** The version with the setting; "" for none. */
  readonly how: string;
  readonly scores: Readonly<Record<string, PeerScore>>;
  /** Seconds of processor time per 100 workbooks, with the start of the program; null if not measured. */
  readonly seconds: number | null;
  /** The largest memory of a process; null if not measured. */
  readonly peak_mb: number | null;
}

export interface SideBySide {
  /** The size of each dataset's test split. */
  readonly datasets: Readonly<Record<string, { readonly sheets: number; readonly tables: number }>>;
  /** By name. */
  readonly results: Readonly<Record<string, PeerResult>>;
}

/** This project in the table: `predict` as it is, and the network alone. */
export const OURS = ["tablesense2", "tablesense2 --mode model"] as const;

/** Scores the answers for the workbooks of a split. @param answers By the path of the workbook. */
export function scorePeer({ sheets }: LoadedSplit, answers: ReadonlyMap<string, PeerAnswer>): PeerScore {
  const found = sheets.map(({ path, sheetName }): readonly Range[] | null => {
    const answer = answers.get(path);
    return answer !== undefined && "sheets" in answer ? (answer.sheets.get(sheetName) ?? null) : null;
  });
  const scores = scoreSheets(sheets.map(({ ranges }, at) => ({ truth: ranges, predicted: found[at] ?? [] })));
  const f1 = (eob: number) => scores.find((each) => each.eob === eob)!.tables.f1;
  const unanswered = found.filter((each) => each === null).length;
  return { f1_eob_2: f1(2), f1_eob_0: f1(0), unanswered };
}

/** The table in Markdown: this project first, then the others, the best at EoB 2 first. */
export function sideBySideTable({ datasets, results }: SideBySide): string {
  const names = Object.keys(datasets);
  const mean = ({ scores }: PeerResult) =>
    names.reduce((sum, name) => sum + (scores[name]?.f1_eob_2 ?? 0), 0) / Math.max(1, names.length);
  const others = Object.keys(results)
    .filter((name) => !OURS.some((each) => each === name))
    .sort((a, b) => mean(results[b]!) - mean(results[a]!));
  const head = [
    "F1 at EoB 2 / EoB 0",
    ...names.map((name) => `\`${name}\`, ${datasets[name]!.sheets} sheets`),
    "sheets without an answer",
    "processor time, 100 workbooks",
    "memory",
  ];
  const measured = [...OURS, ...others].filter((name) => results[name] !== undefined);
  const rows = measured.map((name) => {
    const { how, scores, seconds, peak_mb } = results[name]!;
    const unanswered = names.reduce((sum, each) => sum + (scores[each]?.unanswered ?? 0), 0);
    return [
      title(name, how),
      ...names.map((each) => pair(scores[each])),
      String(unanswered),
      seconds === null ? "–" : `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`,
      peak_mb === null ? "–" : `${peak_mb} MB`,
    ];
  });
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function title(name: string, how: string): string {
  const shown = OURS.some((each) => each === name) ? `**${name}**` : name;
  return how === "" ? shown : `${shown} ${how}`;
}

function pair(score: PeerScore | undefined): string {
  return score === undefined ? "–" : `${score.f1_eob_2.toFixed(3)} / ${score.f1_eob_0.toFixed(3)}`;
}
