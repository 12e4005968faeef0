/** Values that Optuna proposes, where Python has it. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Json, JsonObject } from "../base/json.ts";
import { UserError, usageError } from "../base/problem.ts";
import { randomStream } from "../base/random.ts";
import type { Proposal } from "./claim-trial.ts";
import { externalValue, optunaParameter } from "./optuna-space.ts";
import { PythonProgram } from "./python-program.ts";
import type { Sampler } from "./sampler.ts";
import type { SweepRules } from "./sweep-study.ts";

const PROGRAM = join(import.meta.dir, "propose.py");

/** Optuna's samplers: tree-structured Parzen estimators, Gaussian processes, CMA-ES. */
export const OPTUNA_SAMPLERS = ["tpe", "gp", "cmaes"] as const;
export type OptunaSampler = (typeof OPTUNA_SAMPLERS)[number];

/** What each sampler imports. */
const MODULES: Readonly<Record<OptunaSampler, string>> = {
  tpe: "optuna",
  gp: "optuna, scipy, torch",
  cmaes: "optuna, cmaes",
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A Python that has what a sampler needs: that of `OPTUNA_PYTHON`, or `python3` on the path.
 *
 * @throws {UserError} Exit code 2, if there is none.
 */
export function findOptuna(sampler: OptunaSampler, env: Environment): string {
  const modules = MODULES[sampler];
  const candidates = [env.OPTUNA_PYTHON, "python3", "python"].filter(
    (each) => each !== undefined && each !== "",
  );
  const found = candidates.find(
    (python) => spawnSync(python!, ["-c", `import ${modules}`], { stdio: "ignore" }).status === 0,
  );
  if (found !== undefined) return found;
  throw usageError({
    where: "command line, --sampler",
    message: "Cannot ask Optuna for values",
    expected: `a Python that has ${modules}: that of OPTUNA_PYTHON, or python3 on the path`,
    got: `none among ${candidates.join(", ")}`,
    fix: `python3 -m pip install ${modules.replaceAll(",", "")}; or --sampler random, which needs no Python`,
  });
}

/**
 * A sampler with a Python process of its own, which ends when the sampler is disposed of.
 *
 * @param python What `findOptuna` found.
 * @param journal The sweep's journal, and `study` the name of its study.
 */
export function optunaSampler(
  { parameters, seed }: SweepRules,
  {
    python,
    sampler,
    journal,
    study,
  }: { python: string; sampler: OptunaSampler; journal: string; study: string },
): Sampler {
  const program = new PythonProgram([python, PROGRAM]);
  const known = parameters.map((parameter) => ({ parameter, optuna: optunaParameter(parameter) }));
  const space = Object.fromEntries(
    known.flatMap(({ optuna }) =>
      optuna === null ? [] : [[optuna.name, JSON.stringify(optuna.distribution)]],
    ),
  );
  return {
    async propose(number): Promise<Proposal> {
      const question = {
        journal,
        study,
        sampler,
        // Samplers take seeds of 32 bits.
        seed: randomStream(seed, "sweep", "sampler", number).uint32(),
        space,
      };
      const { internal, system_attributes } = await ask(program, question);
      const values: Record<string, Json> = {};
      for (const { parameter, optuna } of known) {
        const { name, distribution } = parameter;
        if (optuna === null) values[name] = distribution.kind === "constant" ? distribution.value : null;
        else values[name] = externalValue(parameter, optuna, internal[optuna.name]!);
      }
      return { values, internal, systemAttributes: system_attributes };
    },
    [Symbol.dispose]: () => program[Symbol.dispose](),
  };
}

interface OptunaAnswer {
  readonly internal: Readonly<Record<string, number>>;
  readonly system_attributes: JsonObject;
}

async function ask(program: PythonProgram, question: JsonObject): Promise<OptunaAnswer> {
  const answer = await program.ask(JSON.stringify(question));
  if (answer.line !== null) return JSON.parse(answer.line) as OptunaAnswer;
  throw new UserError({
    message: "Cannot ask Optuna for values",
    expected: "a Python whose Optuna reads the journal of this sweep",
    got: answer.errors.trim().split("\n").at(-1) || "a program that ended without an answer",
    fix: "upgrade its packages: optuna; or --sampler random, which needs no Python",
  });
}
