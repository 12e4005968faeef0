/** A folder of its own for a test, with a configuration and built-in plugins that are made up. */

import { join, resolve } from "node:path";
import { type Problem, UserError } from "../../core/base/problem.ts";
import { type LoadedConfig, loadConfig } from "../../core/hooks/load-config.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const PROJECT = resolve(import.meta.dir, "../..");

/** A stand-in for W&B's plugin: it leaves a trace when it is imported. */
const WANDB = `
globalThis.wandbImports = (globalThis.wandbImports ?? 0) + 1;
export default {
  name: "wandb",
  options: {
    mode: { kind: "choice", choices: ["auto", "online", "offline"], aliases: { dryrun: "offline" },
            default: "auto", env: "WANDB_MODE", help: "Where to log" },
    entity: { kind: "text", default: null, nullable: true, env: "WANDB_ENTITY", help: "User or team" },
    watch: { kind: "group", help: "Histograms", fields: {
      log_freq: { kind: "integer", default: 100, min: 1, unit: "steps", help: "How often" } } },
  },
  setup() { return {}; },
};`;

const CHECKPOINT = `
export default {
  name: "checkpoint",
  critical: true,
  options: { save_every_n_epochs: { kind: "integer", default: 10, min: 1, unit: "epochs", help: "How often" } },
  setup() { return {}; },
};`;

const PROGRESS = `export default { name: "progress", setup() { return {}; } };`;
const SYSTEM_METRICS = `export default { name: "system_metrics", options: {}, setup() { return {}; } };`;

export class Workspace {
  readonly #temporary = temporaryFolder("config-test");
  readonly folder = this.#temporary.path;
  readonly pluginsFolder = join(this.folder, "plugins");

  constructor() {
    this.write("plugins/wandb/plugin.ts", WANDB);
    this.write("plugins/checkpoint/plugin.ts", CHECKPOINT);
    this.write("plugins/progress/plugin.ts", PROGRESS);
    this.write("plugins/system-metrics/plugin.ts", SYSTEM_METRICS);
  }

  /** Writes a file below the folder. @returns its absolute path. */
  write(name: string, text: string | Uint8Array): string {
    return this.#temporary.write(name, text);
  }

  /** Loads a configuration given as YAML text. */
  load(yaml: string, args: string[] = [], env: Record<string, string> = {}): Promise<LoadedConfig> {
    this.write("run.yaml", yaml);
    return this.loadFile("run.yaml", args, env);
  }

  loadFile(path: string, args: string[] = [], env: Record<string, string> = {}): Promise<LoadedConfig> {
    return loadConfig(path, args, env, { cwd: this.folder, pluginsFolder: this.pluginsFolder });
  }

  /** The problems of a configuration that cannot be used. */
  async problems(yaml: string, args: string[] = [], env: Record<string, string> = {}): Promise<Problem[]> {
    return problemsOf(this.load(yaml, args, env));
  }

  /** The only problem there is. */
  async problem(yaml: string, args: string[] = [], env: Record<string, string> = {}): Promise<Problem> {
    const problems = await this.problems(yaml, args, env);
    if (problems.length !== 1) throw new Error(`one problem expected: ${JSON.stringify(problems, null, 2)}`);
    return problems[0]!;
  }

  dispose(): void {
    this.#temporary.remove();
  }
}

export async function problemsOf(loading: Promise<unknown>): Promise<Problem[]> {
  const error = await loading.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof UserError)) throw new Error(`a UserError expected, got ${error}`);
  if (error.exitCode !== 2) throw new Error(`exit code 2 expected, got ${error.exitCode}`);
  return [...error.problems];
}
