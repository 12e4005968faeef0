/** The sweeps of the stand-in server: their files as they arrived, and what it tells their agents. */

/** The values of a trial by the names of the parameters, as the server of W&B sends them to an agent. */
export type TrialArguments = Readonly<Record<string, unknown>>;

interface StoredSweep {
  readonly name: string;
  /** YAML, as the client sent it. */
  readonly config: string;
  readonly project: string;
}

/** Gives each trial to one agent, one after the other, and ends the agents when none is left. */
export class StoredSweeps {
  readonly all: StoredSweep[] = [];
  /** The trials that no agent has yet. A test adds them before it starts an agent. */
  readonly waiting: TrialArguments[] = [];
  /** What agents said about their runs, by run: true while it runs. */
  readonly reported = new Map<string, boolean>();
  /** Runs that are to be stopped. */
  readonly stopping = new Set<string>();
  #agents = 0;
  #begun = 0;

  create(config: string, project: string): StoredSweep {
    const sweep = { name: `sweep${this.all.length + 1}`, config, project };
    this.all.push(sweep);
    return sweep;
  }

  find(name: string): StoredSweep | null {
    return this.all.find((each) => each.name === name) ?? null;
  }

  register(): string {
    return `agent${++this.#agents}`;
  }

  /** @param running The runs of the agent that still run. */
  commands(running: readonly string[]): unknown[] {
    for (const id of running) this.reported.set(id, true);
    const stops = running.filter((id) => this.stopping.has(id));
    if (stops.length > 0) return stops.map((id) => ({ type: "stop", run_id: id }));
    if (running.length > 0) return [];
    const next = this.waiting.shift();
    if (next === undefined) return [{ type: "exit" }];
    const args = Object.fromEntries(Object.entries(next).map(([name, value]) => [name, { value }]));
    return [{ type: "run", run_id: `trial${++this.#begun}`, program: "train.ts", args }];
  }
}
