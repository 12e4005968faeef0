/**
 * Moves the rows of a log behind those that the server already has, for a run id that several runs share
 * (`WANDB_RESUME=allow`): W&B's own client goes on behind the last step too.
 */

/** What to add to each row's `_step`, and to its `_runtime` in seconds. The axis `global_step` stays. */
export interface RowShift {
  readonly step: number;
  readonly runtime: number;
}

export const NO_SHIFT: RowShift = { step: 0, runtime: 0 };

/** The values of a row or of a summary, by their labels, with the shift added. */
export function shifted(
  values: ReadonlyMap<string, unknown>,
  { step, runtime }: RowShift,
): ReadonlyMap<string, unknown> {
  if (step === 0 && runtime === 0) return values;
  const moved = new Map(values);
  add(moved, "_step", step);
  add(moved, "_runtime", runtime);
  const own = moved.get("_wandb");
  if (own instanceof Map) {
    const inner = new Map(own);
    add(inner, "runtime", Math.floor(runtime));
    moved.set("_wandb", inner);
  }
  return moved;
}

function add(values: Map<string, unknown>, label: string, amount: number): void {
  const value = values.get(label);
  if (typeof value === "number") values.set(label, value + amount);
}
