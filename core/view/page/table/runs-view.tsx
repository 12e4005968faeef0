/** The view of all runs: search, columns, groups, and what to do with the chosen ones. */

import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { EmptyNote } from "../parts/empty-note.tsx";
import { count } from "../parts/figures.ts";
import { usePage, usePageState, useRuns } from "../parts/page-context.ts";
import { arrangeRuns } from "./arrange-runs.ts";
import { ColumnDialog } from "./column-dialog.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { RemarksDialog } from "./remarks-dialog.tsx";
import { columnKeys, runColumn, usualColumns } from "./run-columns.ts";
import { searchRuns } from "./run-filter.ts";
import { RunsTable } from "./runs-table.tsx";

/** Keys by which people group most. */
const GROUPS = ["status", "name", "device", "tags"];

export function RunsView(): JSX.Element {
  const state = usePageState();
  const runs = useRuns();
  const { store, source } = usePage();
  const [open, setOpen] = useState<"columns" | "delete" | "remarks" | null>(null);
  const all = useMemo(() => [...runs.rows.values()], [runs, runs.version]);
  const columns = useMemo(
    () => (state.column.length > 0 ? [...state.column] : usualColumns(all)).map(runColumn),
    [all, state.column],
  );
  const found = useMemo(() => searchRuns(all, state.search), [all, state.search]);
  const lines = useMemo(() => arrangeRuns(found, state.sort, state.group), [found, state.sort, state.group]);
  const chosen = state.run.filter((id) => runs.rows.has(id));

  if (runs.problem !== null && all.length === 0) {
    return (
      <EmptyNote title="The runs cannot be listed">
        <p>{runs.problem}</p>
        <button type="button" onClick={() => void runs.load()}>
          Try again
        </button>
      </EmptyNote>
    );
  }
  if (!runs.isLoaded) return <EmptyNote title="Reading the runs …" />;
  if (all.length === 0) {
    return (
      <EmptyNote title="No runs yet">
        <p>
          There is none in <code>{runs.folder}</code>. Start one, and it appears here by itself:
        </p>
        <pre>bun run train configs/minimal.yaml</pre>
      </EmptyNote>
    );
  }
  const others = columnKeys(all).filter((key) => key.startsWith("settings."));
  return (
    <section class="runs" aria-label="Runs">
      <div class="tools">
        <input
          type="search"
          id="search"
          value={state.search}
          placeholder="Search, or status:running lr<0.001"
          aria-label="Search the runs"
          onInput={(event) => store.set({ search: event.currentTarget.value })}
        />
        <label>
          group by{" "}
          <select value={state.group} onChange={(event) => store.set({ group: event.currentTarget.value })}>
            <option value="">nothing</option>
            {GROUPS.map((key) => (
              <option key={key} value={key}>
                {runColumn(key).title}
              </option>
            ))}
            <optgroup label="settings">
              {others.map((key) => (
                <option key={key} value={key}>
                  {key.replace("settings.", "")}
                </option>
              ))}
            </optgroup>
          </select>
        </label>
        <button type="button" onClick={() => setOpen("columns")}>
          Columns …
        </button>
        <span class="soft" role="status" id="found">
          {found.length === all.length
            ? count(all.length, "run")
            : `${found.length} of ${count(all.length, "run")}`}
        </span>
      </div>
      <div class="chosen" hidden={chosen.length === 0}>
        <b>{chosen.length} chosen</b>
        <button type="button" class="main" onClick={() => store.set({ view: "curves" })}>
          {chosen.length === 1 ? "Curves" : "Compare curves"}
        </button>
        <button type="button" onClick={() => store.set({ view: "sheets" })}>
          Sheets
        </button>
        <button
          type="button"
          onClick={() => store.set({ view: "details", tab: chosen.length > 1 ? "differences" : "overview" })}
        >
          {chosen.length > 1 ? "Differences" : "Details"}
        </button>
        {source.isLive && (
          <>
            <button type="button" onClick={() => setOpen("remarks")}>
              Tags and notes …
            </button>
            <button type="button" onClick={() => setOpen("delete")}>
              Delete …
            </button>
          </>
        )}
        <button type="button" class="plain" onClick={() => store.set({ run: [] })}>
          Choose none
        </button>
      </div>
      {found.length === 0 ? (
        <EmptyNote title="No run matches">
          <p>
            Nothing has all of <code>{state.search}</code>.
          </p>
          <button type="button" onClick={() => store.set({ search: "" })}>
            Show all runs
          </button>
        </EmptyNote>
      ) : (
        <RunsTable lines={lines} columns={columns} />
      )}
      {open === "columns" && (
        <ColumnDialog
          keys={columnKeys(all)}
          shown={columns.map(({ key }) => key)}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "delete" && <DeleteDialog ids={chosen} onClose={() => setOpen(null)} />}
      {open === "remarks" && <RemarksDialog ids={chosen} onClose={() => setOpen(null)} />}
    </section>
  );
}
