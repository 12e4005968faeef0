/** `bun run evaluate [run | checkpoint] [--data.key=value …]`: how well it finds the tables of labelled sheets. */

import { runMain } from "../console/command.ts";
import { evaluate } from "./evaluate-command.ts";

await runMain(evaluate, process.argv.slice(2));
