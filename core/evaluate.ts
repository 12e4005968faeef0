/** `bun run evaluate [run | checkpoint] [--data.key=value …]`: how well it finds the tables of labelled sheets. */

import { runMain } from "./command.ts";
import { evaluate } from "./evaluation/evaluate-command.ts";

await runMain(evaluate, process.argv.slice(2));
