/**
 * `bun run data check | stats | show | prepare | generate | import | label | cache`: commands about
 * datasets.
 */

import { defineCommand } from "citty";
import { runMain } from "../console/command.ts";

// Each command is loaded only when it is called.
const importCommand = defineCommand({
  meta: { description: "Make a dataset of workbooks that others labelled" },
  subCommands: {
    tablesense: async () => (await import("./data/import-tablesense.ts")).importTablesense,
    "excel-tables": async () => (await import("./data/import-excel-tables.ts")).importExcelTables,
    drawn: async () => (await import("./data/import-drawn.ts")).importDrawn,
  },
});

const data = defineCommand({
  meta: { name: "data", description: "Check, look at, prepare, generate, import and label datasets" },
  subCommands: {
    check: async () => (await import("./data/check.ts")).check,
    stats: async () => (await import("./data/stats.ts")).stats,
    show: async () => (await import("./data/show.ts")).show,
    prepare: async () => (await import("./data/prepare.ts")).prepare,
    generate: async () => (await import("./data/generate.ts")).generate,
    import: importCommand,
    label: async () => (await import("./data/label.ts")).label,
    cache: async () => (await import("./data/cache.ts")).cache,
  },
});

await runMain(data, process.argv.slice(2));
