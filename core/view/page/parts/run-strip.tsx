/** The chosen runs with their colours, above curves, sheets and details. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { runColor } from "./colors.ts";
import { count } from "./figures.ts";
import { chosenRuns, usePage, usePageState, useRuns } from "./page-context.ts";
import { StatusMark } from "./status-mark.tsx";

/** More runs than this are folded. */
const MOST_SHOWN = 8;

export function RunStrip(): JSX.Element {
  const state = usePageState();
  const runs = useRuns();
  const { store } = usePage();
  const [isOpen, setOpen] = useState(false);
  const chosen = chosenRuns(state, runs);
  const gone = runs.isLoaded ? state.run.filter((id) => !runs.rows.has(id)) : [];
  const shown = isOpen ? chosen : chosen.slice(0, MOST_SHOWN);
  const drop = (id: string) => store.set({ run: state.run.filter((each) => each !== id) });
  return (
    <ul class="strip" aria-label="Chosen runs">
      {shown.map((run, place) => (
        <li key={run.id}>
          <i class="dot" style={{ background: runColor(place) }} />
          <StatusMark status={run.status} short />
          <span class="name" title={run.id}>
            {run.id}
          </span>
          <button type="button" class="plain" aria-label={`Leave out ${run.id}`} onClick={() => drop(run.id)}>
            ×
          </button>
        </li>
      ))}
      {chosen.length > MOST_SHOWN && (
        <li>
          <button type="button" class="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "fewer" : `${chosen.length - MOST_SHOWN} more`}
          </button>
        </li>
      )}
      {gone.length > 0 && (
        <li class="note" title={gone.join("\n")}>
          {count(gone.length, "chosen run")} {gone.length === 1 ? "is" : "are"} not there
          <button
            type="button"
            class="plain"
            aria-label="Forget them"
            onClick={() => store.set({ run: chosen.map(({ id }) => id) })}
          >
            ×
          </button>
        </li>
      )}
    </ul>
  );
}
