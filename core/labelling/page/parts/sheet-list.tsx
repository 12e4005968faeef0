/** The list of sheets at the left: what teaches most first, with their states and the progress. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { SheetRow, SheetState } from "../../label-messages.ts";
import type { Workbench } from "../state/workbench.ts";

type Filter = SheetState | "all" | "problem";

const FILTERS: readonly (readonly [Filter, string])[] = [
  ["all", "all sheets"],
  ["open", "open"],
  ["labelled", "labelled"],
  ["empty", "no table"],
  ["skipped", "skipped"],
  ["problem", "with a problem"],
];
const WORDS: Readonly<Record<SheetState, string>> = {
  open: "open",
  labelled: "labelled",
  empty: "no table",
  skipped: "skipped",
};
const MARKS: Readonly<Record<SheetState, string>> = { open: "○", labelled: "✓", empty: "∅", skipped: "–" };
/** Height of a line, px; as in the style. */
const LINE = 46;
/** Lines that are drawn above and below those in view. */
const AROUND = 8;

export function SheetList({ bench }: { readonly bench: Workbench }): JSX.Element {
  const [filter, setFilter] = useState<Filter>("all");
  const [search, setSearch] = useState("");
  const rows = bench.rows.filter((row) => isShown(bench, row, filter, search.toLowerCase()));
  return (
    <nav class="sheets-list" aria-label="Sheets">
      <Progress bench={bench} />
      <div class="list-tools">
        <input
          type="search"
          id="search"
          aria-label="Search the sheets"
          placeholder="Search"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        <select
          aria-label="Which sheets"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value as Filter)}
        >
          {FILTERS.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <Lines bench={bench} rows={rows} />
      {rows.length === 0 && <p class="soft none">No sheet is {filter === "all" ? "found" : "like this"}.</p>}
    </nav>
  );
}

function Progress({ bench }: { readonly bench: Workbench }): JSX.Element {
  const { rows, list } = bench;
  const done = rows.filter((row) => bench.stateOf(row) !== "open").length;
  const looked = list?.looked ?? 0;
  return (
    <div class="progress">
      <p>
        <b>{done}</b> of {rows.length} labelled
      </p>
      <progress max={Math.max(1, rows.length)} value={done} aria-label="Labelled sheets" />
      {looked < rows.length && (
        <p class="soft small" role="status">
          Looking for tables: {looked} of {rows.length} sheets
        </p>
      )}
    </div>
  );
}

/** Draws the lines in view alone: a folder may have 100,000 sheets. */
function Lines({
  bench,
  rows,
}: {
  readonly bench: Workbench;
  readonly rows: readonly SheetRow[];
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const current = rows.findIndex(({ id }) => id === bench.opened?.id);
  useEffect(() => {
    const element = box.current!;
    if (current < 0) return;
    const [from, to] = [current * LINE, (current + 1) * LINE];
    if (from < element.scrollTop) element.scrollTop = from;
    else if (to > element.scrollTop + element.clientHeight) element.scrollTop = to - element.clientHeight;
  }, [bench.opened?.id, current]);
  const height = box.current?.clientHeight ?? 800;
  const first = Math.max(0, Math.floor(top / LINE) - AROUND);
  const last = Math.min(rows.length, Math.ceil((top + height) / LINE) + AROUND);
  return (
    <div class="lines" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <ul style={{ paddingTop: `${first * LINE}px`, paddingBottom: `${(rows.length - last) * LINE}px` }}>
        {rows.slice(first, last).map((row) => (
          <li key={row.id}>
            <SheetLine bench={bench} row={row} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function SheetLine({ bench, row }: { readonly bench: Workbench; readonly row: SheetRow }): JSX.Element {
  const state = bench.stateOf(row);
  const isUnsaved = bench.queue?.unsaved(row.id) != null;
  const tables = row.tables === 1 ? "1 table" : `${row.tables} tables`;
  const words = state === "open" || state === "labelled" ? tables : WORDS[state];
  return (
    <a
      class={`line-of s-${state}`}
      href={`#${encodeURIComponent(row.id)}`}
      aria-current={row.id === bench.opened?.id ? "page" : undefined}
    >
      <span class="mark" title={WORDS[state]} aria-hidden="true">
        {row.problem === null ? MARKS[state] : "!"}
      </span>
      <span class="names">
        <b>{row.sheet}</b>
        <small>{row.workbook}</small>
      </span>
      <small class="count">
        {row.problem === null ? words : "problem"}
        {isUnsaved && <span title="not saved yet"> •</span>}
        {state === "open" && row.doubt !== null && <Doubt doubt={row.doubt} />}
      </small>
      <span class="unseen">, {WORDS[state]}</span>
    </a>
  );
}

function Doubt({ doubt }: { readonly doubt: number }): JSX.Element {
  return (
    <span class="doubt" title={`doubt ${doubt.toFixed(2)}`}>
      <i style={{ width: `${Math.round(doubt * 100)}%` }} />
    </span>
  );
}

function isShown(bench: Workbench, row: SheetRow, filter: Filter, search: string): boolean {
  if (!`${row.sheet}\n${row.workbook}\n${row.note}`.toLowerCase().includes(search)) return false;
  if (filter === "all") return true;
  if (filter === "problem") return row.problem !== null;
  return bench.stateOf(row) === filter;
}
