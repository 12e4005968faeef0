/** Checks what a sweep of trainings names: the configuration, and keys of it as parameters. */

import { UserError } from "../base/problem.ts";
import { fieldAt } from "../config/field-path.ts";
import { CONFIG } from "../config/schema.ts";
import { unknownKeyProblem } from "../config/unknown-key.ts";
import { readYamlFile } from "../config/yaml-file.ts";
import { placeholder } from "./command-words.ts";
import type { Sweep } from "./sweep.ts";
import { configurationOf, trainingWords } from "./training-words.ts";

/**
 * Does nothing for a sweep of other programs, or of trainings through a shell. Options of plugins are checked
 * by the trials: only they load the plugins.
 *
 * @throws {UserError} Exit code 2, if the configuration cannot be read, or with the lines of all parameters
 *   that are no keys.
 */
export function checkOverrides({ file, program, command, parameters }: Sweep): void {
  const words = command.map((word) => (word === placeholder("program") ? (program ?? word) : word));
  const training = trainingWords(words);
  if (training === null) return;
  const config = configurationOf(training);
  if (config !== null) readYamlFile(config, process.cwd());
  const { locate } = readYamlFile(file, process.cwd());
  const problems = parameters.flatMap(({ path, name }) => {
    const keys = name.split(".");
    if (keys[0] === "plugins" || fieldAt(CONFIG, keys) !== null) return [];
    // Where the file has the parameter: nested ones lie below `parameters` of each level.
    const at = path.flatMap((key) => ["parameters", key]);
    return [unknownKeyProblem(CONFIG, keys, locate(at, "key"), 0)];
  });
  if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
}
