/**
 * Leaves the numbers of all epochs as a table (`results.csv`) and as curves (`results.png`) in the run's
 * folder when a run ends. It reads them from the rows that the plugin history has written there, so they
 * are those of all processes of the run.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { definePlugin, RUN_FILES, writeFileAtomic } from "../../core/plugin.ts";
import { drawResults } from "./draw-results.ts";
import { readEpochRows } from "./epoch-rows.ts";
import { resultsTable } from "./results-table.ts";

export default definePlugin({
  name: "results",
  order: "post",
  options: {},
  setup(run) {
    return {
      async onRunEnd() {
        const metrics = join(run.folder, RUN_FILES.metrics);
        if (!existsSync(metrics)) {
          run.console.line(`results: no ${RUN_FILES.metrics} here; the plugin history writes it`);
          return;
        }
        const rows = await readEpochRows(metrics);
        if (rows.length === 0) return;
        const write = (name: string, content: string | Uint8Array) => {
          const path = join(run.folder, name);
          try {
            writeFileAtomic(path, content, { durable: false });
          } catch (error) {
            run.console.warn(`results: ${path} cannot be written: ${(error as Error).message}`);
          }
        };
        write(RUN_FILES.resultsTable, resultsTable(rows));
        write(RUN_FILES.resultsPicture, await drawResults(rows));
      },
    };
  },
});
