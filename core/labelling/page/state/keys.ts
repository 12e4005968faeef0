/** What the keys of the workbench do. */

import { moved, stretched } from "./range-edits.ts";
import type { Workbench } from "./workbench.ts";

const ARROWS: Readonly<Record<string, readonly [rows: number, cols: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
/** Cells that an arrow moves with Ctrl held. */
const LEAP = 10;

/** The keys that label the sheet and open the next one. */
const CLOSING: ReadonlySet<string> = new Set(["enter", "e", "k"]);

/** The keys that work everywhere outside of fields. @returns false if a key stands for nothing. */
export function pressedAnywhere(event: KeyboardEvent, bench: Workbench, onHelp: () => void): boolean {
  const { key } = event;
  if (event.ctrlKey || event.metaKey) return pressedWithControl(event, bench);
  if (event.altKey) return false;
  // A key that is held would label one sheet after the other that nobody has looked at.
  if (event.repeat && CLOSING.has(key.toLowerCase())) return true;
  const isButton = event.target instanceof HTMLElement && event.target.closest("a, button, summary") !== null;
  if (key === "Enter") {
    if (isButton) return false;
    if (bench.opened?.cut != null) bench.endCut(true);
    else bench.accept();
    return true;
  }
  if (key === "Escape") return leave(bench);
  if (key === "?") onHelp();
  else if (key === "/") document.getElementById("search")?.focus();
  else if (key === "Delete" || key === "Backspace") bench.remove(bench.opened?.selected ?? []);
  else return pressedLetter(key.toLowerCase(), bench);
  return true;
}

function pressedWithControl({ key, shiftKey }: KeyboardEvent, bench: Workbench): boolean {
  const letter = key.toLowerCase();
  if (letter === "z" && !shiftKey) bench.undo();
  else if (letter === "y" || letter === "z") bench.redo();
  else return false;
  return true;
}

function pressedLetter(letter: string, bench: Workbench): boolean {
  const confidence = ({ "1": "high", "2": "medium", "3": "low" } as const)[letter];
  if (confidence !== undefined) bench.change({ confidence });
  else if (letter === "e") bench.close("empty");
  else if (letter === "k") bench.close("skipped");
  else if (letter === "n") bench.addNew();
  else if (letter === "j") bench.join();
  else if (letter === "s") bench.startCut();
  else if (letter === "u") bench.undo();
  else if (letter === "[") bench.step(-1);
  else if (letter === "]") bench.step(1);
  else return false;
  return true;
}

function leave(bench: Workbench): boolean {
  if (bench.opened?.cut != null) bench.endCut(false);
  else if (bench.opened?.main != null) bench.select([]);
  else return false;
  return true;
}

/** The keys that work while the sheet has the focus: Tab and the arrows. */
export function pressedOnSheet(event: KeyboardEvent, bench: Workbench): boolean {
  const { opened } = bench;
  if (opened === null) return false;
  if (event.key === "Tab") return selectNext(bench, event.shiftKey ? -1 : 1);
  const arrow = ARROWS[event.key];
  if (arrow === undefined) return false;
  const [rows, cols] = arrow.map((by) => by * (event.ctrlKey ? LEAP : 1)) as [number, number];
  if (opened.cut !== null) {
    bench.moveCut(rows === 0 ? "col" : "row", rows + cols);
    return true;
  }
  const { main, tables, extent } = opened;
  if (main === null || tables[main] === undefined) return false;
  const range = event.shiftKey
    ? stretched(tables[main], { bottom: true, right: true }, rows, cols, extent)
    : event.altKey
      ? stretched(tables[main], { top: true, left: true }, rows, cols, extent)
      : moved(tables[main], rows, cols, extent);
  bench.changeTables(tables.with(main, range), [main]);
  return true;
}

/** Goes to the next table. After the last one the key leaves the sheet, as Tab does elsewhere. */
function selectNext(bench: Workbench, by: 1 | -1): boolean {
  const { main, tables } = bench.opened!;
  const next = main === null ? (by > 0 ? 0 : tables.length - 1) : main + by;
  if (next >= 0 && next < tables.length) {
    bench.select([next]);
    return true;
  }
  bench.select([]);
  return false;
}
