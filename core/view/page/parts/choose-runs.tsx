/** What stands in a view that needs runs while none is chosen: the newest to choose from. */

import type { JSX } from "preact";
import { EmptyNote } from "./empty-note.tsx";
import { moment, score } from "./figures.ts";
import { usePage, useRuns } from "./page-context.ts";
import { StatusMark } from "./status-mark.tsx";

const MOST = 6;

export function ChooseRuns({ what }: { readonly what: string }): JSX.Element {
  const { store } = usePage();
  const model = useRuns();
  const newest = [...model.rows.values()]
    .sort((a, b) => (b.started ?? "").localeCompare(a.started ?? ""))
    .slice(0, MOST);
  if (!model.isLoaded) return <EmptyNote title={model.problem ?? "Reading the runs …"} />;
  return (
    <EmptyNote title={`Choose runs to see their ${what}`}>
      <ul class="choose">
        {newest.map((run) => (
          <li key={run.id}>
            <button type="button" onClick={() => store.set({ run: [run.id] })}>
              <StatusMark status={run.status} short /> <b>{run.name || run.id}</b>{" "}
              <span class="soft">
                {moment(run.started)}
                {run.bestF1 !== null && `, best F1 ${score(run.bestF1)}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => store.set({ view: "runs" })}>
        All runs
      </button>
    </EmptyNote>
  );
}
