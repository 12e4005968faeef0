/** `bun run predict [run | checkpoint] <file | folder | - > …`: the tables of workbooks. */

import { runMain } from "../console/command.ts";
import { predict } from "./predict-command.ts";

await runMain(predict, process.argv.slice(2));
