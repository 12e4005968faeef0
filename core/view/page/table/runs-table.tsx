/** The table of runs. Only the lines in sight are in the document, so that a thousand runs scroll. */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RunRow } from "../../api.ts";
import { runColor } from "../parts/colors.ts";
import { count, score } from "../parts/figures.ts";
import { usePage, usePageState } from "../parts/page-context.ts";
import { StatusMark } from "../parts/status-mark.tsx";
import { usePrinting } from "../parts/use-printing.ts";
import type { TableLine } from "./arrange-runs.ts";
import type { RunColumn } from "./run-columns.ts";

/** The height of a line, CSS pixels; `view-style.ts` has the same. */
const LINE = 34;
/** Lines above and below those in sight. */
const AROUND = 12;

interface RunsTableProps {
  readonly lines: readonly TableLine[];
  readonly columns: readonly RunColumn[];
}

export function RunsTable({ lines, columns }: RunsTableProps): JSX.Element {
  const state = usePageState();
  const { store, runs } = usePage();
  const frame = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ first: 0, count: 40 });
  const [current, setCurrent] = useState(0);
  const last = useRef<number | null>(null);
  const isPrinting = usePrinting();

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const look = () => {
      const first = Math.max(0, Math.floor(element.scrollTop / LINE) - AROUND);
      const shown = Math.ceil(element.clientHeight / LINE) + 2 * AROUND;
      setSight((old) => (old.first === first && old.count === shown ? old : { first, count: shown }));
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, []);

  useEffect(() => {
    if (current >= lines.length) setCurrent(Math.max(0, lines.length - 1));
  }, [lines.length]);

  const sort = (key: string) => {
    const down = state.sort === `-${key}`;
    const isSame = state.sort === key || down;
    const isFirstDown = ["started", "bestF1", "duration", "steps"].includes(key);
    const fresh = isFirstDown ? `-${key}` : key;
    store.set({ sort: isSame ? (down ? key : `-${key}`) : fresh });
  };
  const choose = (ids: readonly string[], isIn: boolean) => {
    const rest = state.run.filter((id) => !ids.includes(id));
    store.set({ run: isIn ? [...rest, ...ids] : rest });
  };
  /** With Shift, everything from the line that was chosen before. */
  const toggle = (index: number, withShift: boolean) => {
    const line = lines[index];
    if (line?.kind !== "run") return;
    const isIn = !state.run.includes(line.run.id);
    const from = withShift && last.current !== null ? last.current : index;
    const [first, end] = [Math.min(from, index), Math.max(from, index) + 1];
    const ids = lines.slice(first, end).flatMap((each) => (each.kind === "run" ? [each.run.id] : []));
    last.current = index;
    choose(ids, isIn);
  };
  const move = (index: number) => {
    const at = Math.min(lines.length - 1, Math.max(0, index));
    setCurrent(at);
    const element = frame.current;
    if (element === null) return;
    const head = element.querySelector("thead")?.clientHeight ?? LINE;
    if (at * LINE < element.scrollTop) element.scrollTop = at * LINE;
    const bottom = (at + 1) * LINE + head - element.clientHeight;
    if (bottom > element.scrollTop) element.scrollTop = bottom;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLElement && event.target.closest("button,input,select") !== null) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return; // a key of the browser
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const line = lines[current];
    const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? LINE) / LINE) - 2);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      j: 1,
      ArrowUp: -1,
      k: -1,
      PageDown: page,
      PageUp: -page,
      Home: -lines.length,
      End: lines.length,
    };
    const step = steps[key];
    if (step !== undefined) move(current + step);
    else if (key === " " || key === "x") toggle(current, event.shiftKey);
    else if (key === "Enter" && line?.kind === "run") open(line.run);
    else return;
    event.preventDefault();
  };
  const open = (run: RunRow) =>
    store.set({ view: "curves", run: state.run.includes(run.id) ? state.run : [run.id] });

  // those that exist, as the charts count them
  const chosen = state.run.filter((id) => runs.rows.has(id));
  const ids = lines.flatMap((line) => (line.kind === "run" ? [line.run.id] : []));
  const isAll = ids.length > 0 && ids.every((id) => state.run.includes(id));
  const first = isPrinting ? 0 : sight.first;
  const shown = isPrinting ? lines : lines.slice(first, first + sight.count);
  const below = Math.max(0, lines.length - first - shown.length);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the table, which scrolls in this frame
    <div
      class="frame"
      ref={frame}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls and chooses here
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <table aria-rowcount={lines.length + 1}>
        <thead>
          <tr>
            <th class="pick">
              <input
                type="checkbox"
                aria-label="Choose all runs that are listed"
                checked={isAll}
                onChange={() => choose(ids, !isAll)}
              />
            </th>
            {columns.map((column) => (
              <th
                key={column.key}
                class={cellClass(column)}
                aria-sort={sortOf(state.sort, column.key)}
                title={column.key.replace(/^settings\.|^summary\./, "")}
              >
                <button type="button" class="plain" onClick={() => sort(column.key)}>
                  {column.title}
                  <span aria-hidden="true">{sortMark(state.sort, column.key)}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr class="space" style={{ height: `${first * LINE}px` }} />}
          {shown.map((line, at) => {
            const index = first + at;
            if (line.kind === "group") {
              return (
                <GroupLine
                  key={`group ${line.title}`}
                  line={line}
                  span={columns.length + 1}
                  choose={choose}
                />
              );
            }
            const { run } = line;
            const place = chosen.indexOf(run.id);
            return (
              <tr
                key={run.id}
                aria-rowindex={index + 2}
                aria-selected={place >= 0}
                class={`${place >= 0 ? "in" : ""}${index === current ? " current" : ""}`}
              >
                <td class="pick">
                  <input
                    type="checkbox"
                    aria-label={`Choose ${run.id}`}
                    checked={place >= 0}
                    onClick={(event) => {
                      setCurrent(index);
                      toggle(index, event.shiftKey);
                    }}
                  />
                  {place >= 0 && <i class="dot" style={{ background: runColor(place) }} />}
                </td>
                {columns.map((column) => (
                  <td key={column.key} class={cellClass(column)}>
                    <Cell run={run} column={column} open={open} />
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 && <tr class="space" style={{ height: `${below * LINE}px` }} />}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  readonly run: RunRow;
  readonly column: RunColumn;
  readonly open: (run: RunRow) => void;
}

function Cell({ run, column, open }: CellProps): JSX.Element {
  const { key } = column;
  if (key === "name") {
    return (
      <>
        <button type="button" class="plain name" title={run.id} onClick={() => open(run)}>
          {run.name || run.id}
        </button>
        {run.problems.length > 0 && (
          <span class="warn" title={run.problems.join("\n")} role="img" aria-label={run.problems.join(" ")}>
            !
          </span>
        )}
        {run.notes !== "" && (
          <span class="note-mark" title={run.notes} role="img" aria-label={`Notes: ${run.notes}`}>
            ✎
          </span>
        )}
      </>
    );
  }
  if (key === "status") return <StatusMark status={run.status} reason={run.reason} />;
  if (key === "tags") {
    return (
      <>
        {run.tags.map((tag) => (
          <span key={tag} class="tag">
            {tag}
          </span>
        ))}
      </>
    );
  }
  if (key === "epochs" && run.status === "running" && run.steps !== null && run.totalSteps) {
    return (
      <>
        <progress value={run.steps} max={run.totalSteps} aria-label="steps done" /> {column.text(run)}
      </>
    );
  }
  return <span title={column.text(run)}>{column.text(run)}</span>;
}

interface GroupLineProps {
  readonly line: Extract<TableLine, { kind: "group" }>;
  readonly span: number;
  readonly choose: (ids: readonly string[], isIn: boolean) => void;
}

function GroupLine({ line, span, choose }: GroupLineProps): JSX.Element {
  const state = usePageState();
  const ids = line.runs.map(({ id }) => id);
  const isIn = ids.every((id) => state.run.includes(id));
  const scores = line.runs.map(({ bestF1 }) => bestF1).filter((value) => value !== null);
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  return (
    <tr class="group">
      <td class="pick">
        <input
          type="checkbox"
          aria-label={`Choose ${line.title}`}
          checked={isIn}
          onChange={() => choose(ids, !isIn)}
        />
      </td>
      <td colSpan={span - 1}>
        <b>{line.title}</b> <span class="soft">{count(ids.length, "run")}</span>
        {scores.length > 0 && (
          <span class="soft">
            , best F1 {score(Math.max(...scores))}, mean {score(mean)}
          </span>
        )}
      </td>
    </tr>
  );
}

function cellClass({ key, isNumber }: RunColumn): string {
  return `c-${key.replaceAll(/[^\w]/g, "-")}${isNumber ? " num" : ""}`;
}

function sortOf(sort: string, key: string): "ascending" | "descending" | "none" {
  if (sort === key) return "ascending";
  return sort === `-${key}` ? "descending" : "none";
}

function sortMark(sort: string, key: string): string {
  const order = sortOf(sort, key);
  return order === "none" ? "" : order === "ascending" ? " ↑" : " ↓";
}
