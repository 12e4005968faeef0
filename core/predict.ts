/** `bun run predict [run | checkpoint] <file | folder | - > …`: the tables of workbooks. */

import { runMain } from "./command.ts";
import { predict } from "./prediction/predict-command.ts";

await runMain(predict, process.argv.slice(2));
