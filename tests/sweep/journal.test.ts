/** Holds the journal to Optuna's format: many writers, torn lines, its lock, and lines that Optuna wrote. */

import { describe, expect, test } from "bun:test";
import { appendFileSync, existsSync, readFileSync, symlinkSync, unlinkSync } from "node:fs";
import { Journal, type JournalLine } from "../../core/sweep/journal.ts";
import { type JournalState, OPERATION, stateNumber } from "../../core/sweep/journal-state.ts";
import { OPTUNA_PYTHON, readWithOptuna, runInPython } from "../support/optuna-python.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

const CREATE_STUDY: JournalLine = { op_code: OPERATION.createStudy, study_name: "s", directions: [1] };

const newTrial = (parameters: Record<string, number> = {}): JournalLine => ({
  op_code: OPERATION.createTrial,
  study_id: 0,
  datetime_start: "2026-11-30T12:00:00.000Z",
  state: stateNumber("running"),
  user_attrs: { parameters },
  intermediate_values: {},
});

const ended = (id: number, value: number): JournalLine => ({
  op_code: OPERATION.setTrialState,
  trial_id: id,
  state: stateNumber("complete"),
  values: [value],
  datetime_complete: "2026-11-30T12:00:01.000Z",
});

function journalIn(folder: TemporaryFolder, worker = "w"): Journal {
  return new Journal(folder.join("journal.log"), "s", worker);
}

async function begun(folder: TemporaryFolder): Promise<Journal> {
  const journal = journalIn(folder);
  await journal.change(() => ({ lines: [CREATE_STUDY], result: null }));
  return journal;
}

describe("a journal", () => {
  test("of several writers gives each of them the newest state: no number is taken twice", async () => {
    using folder = temporaryFolder("journal");
    await begun(folder);
    const writers = ["a", "b", "c", "d"].map((worker) => journalIn(folder, worker));
    const next = ({ trials }: JournalState) => ({ lines: [newTrial()], result: trials.length });
    const numbers = await Promise.all(
      writers.map(async (journal) => {
        const taken: number[] = [];
        for (let i = 0; i < 10; i++) taken.push(await journal.change(next));
        return taken;
      }),
    );
    const all = numbers.flat().sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(writers[0]!.read().trials).toHaveLength(40);
    expect(existsSync(folder.join("journal.log.lock"))).toBe(false);
  });

  test("keeps what trials report, until they end", async () => {
    using folder = temporaryFolder("journal");
    const journal = await begun(folder);
    await journal.change(() => ({
      lines: [
        newTrial({ lr: 0.1 }),
        { op_code: OPERATION.setTrialIntermediate, trial_id: 0, step: 1, intermediate_value: 5 },
        { op_code: OPERATION.setTrialIntermediate, trial_id: 0, step: 2, intermediate_value: 4 },
        { op_code: OPERATION.setTrialUserAttribute, trial_id: 0, user_attr: { run: "x" } },
        ended(0, 4),
        { op_code: OPERATION.setTrialIntermediate, trial_id: 0, step: 3, intermediate_value: 3 },
        ended(0, 99),
      ],
      result: null,
    }));
    const [trial] = journalIn(folder).read().trials;
    expect(trial).toMatchObject({ number: 0, state: "complete", value: 4 });
    expect(trial!.attributes).toEqual({ parameters: { lr: 0.1 }, run: "x" });
    expect([...trial!.intermediate]).toEqual([
      [1, 5],
      [2, 4],
    ]);
  });

  test("whose last line was cut off is read without it, and the next change removes it", async () => {
    using folder = temporaryFolder("journal");
    const journal = await begun(folder);
    appendFileSync(folder.join("journal.log"), '{"op_code":4,"study_');
    expect(journal.read().trials).toEqual([]);
    await journal.change(() => ({ lines: [newTrial()], result: null }));
    expect(journalIn(folder).read().trials).toHaveLength(1);
    const lines = readFileSync(folder.join("journal.log"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).op_code)).toEqual([0, 4]);
  });

  test("that Optuna has locked is not changed before Optuna releases it", async () => {
    using folder = temporaryFolder("journal");
    const journal = await begun(folder);
    const lock = folder.join("journal.log.lock");
    symlinkSync(folder.join("journal.log"), lock);
    let isChanged = false;
    const change = journal.change(() => {
      isChanged = true;
      return { lines: [newTrial()], result: null };
    });
    await Bun.sleep(100);
    expect(isChanged).toBe(false);
    unlinkSync(lock);
    await change;
    expect(journal.read().trials).toHaveLength(1);
  });

  test("has no study after Optuna deleted it, and ignores the studies of others", async () => {
    using folder = temporaryFolder("journal");
    const journal = await begun(folder);
    await journal.change(() => ({
      lines: [
        { op_code: OPERATION.createStudy, study_name: "other", directions: [1] },
        { ...newTrial(), study_id: 1 },
        newTrial(),
      ],
      result: null,
    }));
    expect(journal.read().trials.map(({ id, number }) => [id, number])).toEqual([[1, 0]]);
    await journal.change(() => ({ lines: [{ op_code: OPERATION.deleteStudy, study_id: 0 }], result: null }));
    expect(journal.read().study).toBeNull();
  });

  test("of a folder that cannot be written to names it", async () => {
    using folder = temporaryFolder("journal");
    folder.write("file", "");
    const journal = new Journal(folder.join("file", "journal.log"), "s", "w");
    expect(journal.change(() => ({ lines: [], result: null }))).rejects.toThrow("Cannot write the journal");
  });
});

/** Adds trials to a study that another process writes at the same time. */
const ADD = `
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
storage = JournalStorage(JournalFileBackend(given))
study = optuna.load_study(study_name="s", storage=storage)
for i in range(20):
    trial = study.ask()
    x = trial.suggest_float("x", 0, 1)
    trial.report(float("nan") if i == 0 else x, 1)
    study.tell(trial, x)
answer = len(study.trials)
`;

describe.skipIf(OPTUNA_PYTHON === null)("Optuna and this project", () => {
  test("write one journal at once: each reads the trials of both", async () => {
    using folder = temporaryFolder("journal");
    const journal = await begun(folder);
    let isDone = false;
    const ours = (async () => {
      let count = 0;
      for (; !isDone; count++) {
        await Bun.sleep(20); // Optuna waits longer and longer for a lock that is always taken
        await journal.change(({ nextTrialId: id }) => ({ lines: [newTrial(), ended(id, 1)], result: null }));
      }
      return count;
    })();
    const script = folder.write("given.py", ADD.replace("given", JSON.stringify(journal.path)));
    const python = Bun.spawn(
      [OPTUNA_PYTHON!, "-c", `import optuna\nexec(open(${JSON.stringify(script)}).read())`],
      {
        stderr: "ignore",
      },
    );
    const code = await python.exited;
    isDone = true;
    const count = await ours;
    expect(code).toBe(0);
    const { trials } = journal.read();
    expect(trials).toHaveLength(count + 20);
    expect(trials.every(({ state, value }) => state === "complete" && value !== null)).toBe(true);
    const theirs = readWithOptuna(journal.path, "s");
    expect(theirs.trials.map(({ value }) => value)).toEqual(trials.map(({ value }) => value));
    expect(theirs.trials.filter(({ params }) => "x" in params)).toHaveLength(20);
  });

  test("agree on the numbers of states and operations", () => {
    const theirs = runInPython(
      `from optuna.storages.journal._storage import JournalOperation
answer = dict(states=[s.name for s in optuna.trial.TrialState], operations=[int(o) for o in list(JournalOperation)[:10]])`,
      null,
    );
    expect(theirs).toEqual({
      states: ["RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"],
      operations: Object.values(OPERATION),
    });
    expect((["running", "complete", "pruned", "failed", "waiting"] as const).map(stateNumber)).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });
});
