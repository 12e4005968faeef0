/** `bun run data check | stats | prepare | import | label | cache`: datasets as a user handles them. */

import { defineCommand } from "citty";
import { runMain } from "./command.ts";
import { cache } from "./data/commands/cache.ts";
import { check } from "./data/commands/check.ts";
import { label } from "./data/commands/label.ts";
import { prepare } from "./data/commands/prepare.ts";
import { stats } from "./data/commands/stats.ts";

const data = defineCommand({
  meta: { name: "bun run data", description: "Check, look at, prepare, import and label datasets" },
  subCommands: { check, stats, prepare, label, cache },
});

await runMain(data, process.argv.slice(2));
