/** Tests the names of metrics. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { bestSummary, epochMetrics, METRIC_NAMES, SUMMARY_NAMES } from "../../core/hooks/metric-names.ts";

const page = readFileSync(join(PROJECT_ROOT, "docs", "metrics.md"), "utf8");

/** What stands in backticks in a text, in order. */
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

test("docs/metrics.md explains every metric that the project logs, and no others", () => {
  const names = [...page.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => quoted(cell!));
  expect(names.sort()).toEqual([...METRIC_NAMES, "gradients/<parameter>"].sort());
});

test("docs/metrics.md lists the names of a run's summary", () => {
  const names = quoted(page).filter((name) => name.startsWith("best_"));
  expect([...new Set(names)]).toEqual([...SUMMARY_NAMES]);
});

test("epochMetrics() prefixes names and leaves out metrics without a value", () => {
  expect(epochMetrics("val", { f1: 0.5, eob_mean: null })).toEqual({ "val/f1": 0.5 });
});

test("bestSummary() has the epoch and its metrics; one without any match has no mean EoB", () => {
  const val = { loss: 1, precision: 0, recall: 0, f1: 0, eob_mean: null, score_threshold: 0.3 };
  const summary = bestSummary(7, val);
  expect(Object.keys(summary)).toEqual([...SUMMARY_NAMES]);
  expect(summary).toMatchObject({ best_epoch: 7, best_loss: 1, best_eob_mean: null });
});
