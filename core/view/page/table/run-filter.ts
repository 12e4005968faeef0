/**
 * The search of the table of runs. Words separated by blanks have to occur in the run, `-word` must not.
 * `key:word` looks at one column, `key>0.5`, `key<=3` and `key=value` compare it: `status:running lr<0.001`.
 */

import type { RunRow } from "../../api.ts";
import { columnKeys, type RunColumn, runColumn } from "./run-columns.ts";

type Test = (run: RunRow) => boolean;

/** The runs that the search finds, in their order. */
export function searchRuns(runs: readonly RunRow[], search: string): RunRow[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...runs];
  const keys = columnKeys(runs);
  const tests = words.map((word) => {
    const isNot = word.startsWith("-") && word.length > 1;
    const test = testOf(isNot ? word.slice(1) : word, keys);
    return isNot ? (run: RunRow) => !test(run) : test;
  });
  return runs.filter((run) => tests.every((test) => test(run)));
}

function testOf(word: string, keys: readonly string[]): Test {
  const [, name = "", sign = "", wanted = ""] = /^([^:<>=]+)(:|<=|>=|<|>|=)(.+)$/.exec(word) ?? [];
  const column = name === "" ? undefined : columnOf(name, keys);
  if (column === undefined) return (run) => haystack(run).includes(word);
  if (sign === ":") return (run) => column.text(run).toLowerCase().includes(wanted);
  return (run) => compare(column.value(run), sign, wanted);
}

/** The column whose key is this name or ends with it: `lr` finds `settings.training.lr`. */
function columnOf(name: string, keys: readonly string[]): RunColumn | undefined {
  const lower = keys.map((key) => key.toLowerCase());
  const whole = lower.indexOf(name);
  const end = lower.findIndex((key) => key.endsWith(`.${name}`) || key.endsWith(`/${name}`));
  const at = whole >= 0 ? whole : end;
  return at < 0 ? undefined : runColumn(keys[at]!);
}

function compare(value: string | number | null, sign: string, wanted: string): boolean {
  if (value === null) return false;
  if (sign === "=") return String(value).toLowerCase() === wanted || Number(value) === Number(wanted);
  const [a, b] = [Number(value), Number(wanted)];
  if (sign === "<") return a < b;
  if (sign === ">") return a > b;
  return sign === "<=" ? a <= b : a >= b;
}

function haystack({ id, name, status, device, tags, notes }: RunRow): string {
  return [id, name, status, device ?? "", ...tags, notes].join("\n").toLowerCase();
}
