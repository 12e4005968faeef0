/** `bun run data check | stats | prepare | import | label | cache`: datasets as a user handles them. */

import { defineCommand } from "citty";
import { runMain } from "./command.ts";
import { cache } from "./data/commands/cache.ts";
import { check } from "./data/commands/check.ts";
import { importExcelTables } from "./data/commands/import-excel-tables.ts";
import { importTablesense } from "./data/commands/import-tablesense.ts";
import { label } from "./data/commands/label.ts";
import { prepare } from "./data/commands/prepare.ts";
import { stats } from "./data/commands/stats.ts";

const importCommand = defineCommand({
  meta: { name: "bun run data import", description: "Make a dataset of what others labelled" },
  subCommands: { tablesense: importTablesense, "excel-tables": importExcelTables },
});

const data = defineCommand({
  meta: { name: "bun run data", description: "Check, look at, prepare, import and label datasets" },
  subCommands: { check, stats, prepare, import: importCommand, label, cache },
});

await runMain(data, process.argv.slice(2));
