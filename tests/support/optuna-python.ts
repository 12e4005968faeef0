/** Runs programs in a Python that has Optuna, its dashboard and W&B's package `sweeps`. */

import { dirname, join } from "node:path";
import { skipped } from "./skipped.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const MODULES = "optuna, optuna_dashboard, cmaes, sweeps";

/** Null if there is none. */
export const OPTUNA_PYTHON = findPython();

if (OPTUNA_PYTHON === null) {
  skipped(
    "tests of sweeps against Optuna and W&B's package sweeps",
    "no Python with both; pip install optuna optuna-dashboard cmaes sweeps, or set OPTUNA_PYTHON",
  );
}

/** The server of the package `optuna-dashboard`. */
export function dashboardCommand(): string {
  return join(dirname(OPTUNA_PYTHON!), "optuna-dashboard");
}

/** A study as Optuna reads it from a journal. */
export interface ReadStudy {
  readonly direction: number;
  readonly metric: readonly string[];
  readonly best: number | null;
  readonly trials: readonly {
    readonly state: string;
    readonly value: number | null;
    readonly params: Readonly<Record<string, unknown>>;
    readonly intermediate: Readonly<Record<string, number>>;
  }[];
}

const READ = `
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
study = optuna.load_study(study_name=given[1], storage=JournalStorage(JournalFileBackend(given[0])))
done = [t for t in study.trials if t.state == optuna.trial.TrialState.COMPLETE]
answer = dict(
    direction=int(study.direction), metric=study.metric_names, best=study.best_value if done else None,
    trials=[dict(state=t.state.name, value=t.value, params=t.params, intermediate={k: v for k, v in t.intermediate_values.items() if v == v})
        for t in study.trials])
`;

/** Reads a sweep's journal with Optuna itself. */
export function readWithOptuna(journal: string, study: string): ReadStudy {
  return runInPython(READ, [journal, study]) as ReadStudy;
}

/**
 * Runs a program.
 *
 * @param program Finds what it is given as `given`, and leaves its result as `answer`.
 * @returns The answer, through JSON.
 * @throws {Error} With what the program wrote on standard error.
 */
export function runInPython(program: string, given: unknown): unknown {
  using folder = temporaryFolder("optuna");
  const input = folder.write("given.json", JSON.stringify(given));
  const text = `import json, optuna\ngiven = json.load(open(${JSON.stringify(input)}))\n${program}\nprint(json.dumps(answer))`;
  const command = [OPTUNA_PYTHON!, folder.write("program.py", text)];
  const env = { ...process.env, PYTHONWARNINGS: "ignore", PYTHONDONTWRITEBYTECODE: "1" };
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { stderr: "pipe", env });
  if (exitCode !== 0) throw new Error(String(stderr));
  return JSON.parse(String(stdout).trim().split("\n").at(-1)!);
}

function findPython(): string | null {
  const candidates = [process.env.OPTUNA_PYTHON, "python3"].filter(
    (each) => each !== undefined && each !== "",
  );
  const found = candidates.find(
    (python) => Bun.spawnSync([python!, "-c", `import ${MODULES}`], { stderr: "ignore" }).exitCode === 0,
  );
  return found ?? null;
}
