/** `bun run data check | stats | prepare | generate | import | label | cache`: datasets as a user handles them. */

import { defineCommand } from "citty";
import { runMain } from "./command.ts";

// Each command is loaded when it is called.
const importCommand = defineCommand({
  meta: { name: "bun run data import", description: "Make a dataset of what others labelled" },
  subCommands: {
    tablesense: async () => (await import("./data/commands/import-tablesense.ts")).importTablesense,
    "excel-tables": async () => (await import("./data/commands/import-excel-tables.ts")).importExcelTables,
  },
});

const data = defineCommand({
  meta: { name: "bun run data", description: "Check, look at, prepare, generate, import and label datasets" },
  subCommands: {
    check: async () => (await import("./data/commands/check.ts")).check,
    stats: async () => (await import("./data/commands/stats.ts")).stats,
    prepare: async () => (await import("./data/commands/prepare.ts")).prepare,
    generate: async () => (await import("./data/commands/generate.ts")).generate,
    import: importCommand,
    label: async () => (await import("./data/commands/label.ts")).label,
    cache: async () => (await import("./data/commands/cache.ts")).cache,
  },
});

await runMain(data, process.argv.slice(2));
