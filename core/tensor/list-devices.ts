/** Lists the devices of this machine and tries each. */

import { join } from "node:path";
import { runProgram } from "../base/run-program.ts";
import { DEVICES } from "./device-name.ts";
import type { DeviceTrial } from "./try-device.ts";

/**
 * Tries every device. Reports for each whether it works, or why not and how to get it, and then which one
 * `auto` chooses.
 *
 * @param line Called with each line of the report.
 */
export async function listDevices(line: (text: string) => void): Promise<void> {
  line("device  works");
  // One at a time: each loads a library of its own, and memory may be short.
  for (const name of DEVICES) {
    const trial = await trialOf(name);
    line(
      `${name.padEnd(8)}${trial.works ? "yes" : "no "}  ${trial.works ? trial.description : reasonOf(trial)}`,
    );
    if (!trial.works && trial.problem.fix !== undefined) line(`${" ".repeat(13)}${trial.problem.fix}`);
  }
  const auto = await trialOf("auto");
  if (auto.works) line(`\nauto takes ${auto.description}`);
}

async function trialOf(name: string): Promise<DeviceTrial> {
  const { code, output } = await runProgram([process.execPath, join(import.meta.dir, "try-device.ts"), name]);
  const last = output.trim().split("\n").at(-1) ?? "";
  if (last.startsWith("{")) return JSON.parse(last) as DeviceTrial;
  const got = `it ended with code ${code}: ${output.trim().slice(-300)}`;
  return { works: false, problem: { message: `Cannot use the device ${name}`, got } };
}

function reasonOf(trial: DeviceTrial & { works: false }): string {
  const { got, message, expected } = trial.problem;
  return got === undefined ? message : `${got}${expected === undefined ? "" : ` (it needs ${expected})`}`;
}
