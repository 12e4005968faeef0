/** The view of one run: facts, checkpoints, commands, differences, configuration and console. */

import type { JSX } from "preact";
import { PATHS, type RunDetails, type RunRow } from "../../api.ts";
import { ChooseRuns } from "../parts/choose-runs.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { chosenRuns, useAnswer, usePage, usePageState, useRuns } from "../parts/page-context.ts";
import { RunStrip } from "../parts/run-strip.tsx";
import { TABS, type Tab } from "../state/page-state.ts";
import { ConsoleTab } from "./console-tab.tsx";
import { Differences } from "./differences.tsx";
import { Overview } from "./overview.tsx";

export function DetailsView(): JSX.Element {
  const state = usePageState();
  const model = useRuns();
  const { store } = usePage();
  const runs = chosenRuns(state, model);
  const run = runs.find(({ id }) => id === state.of) ?? runs[0];
  const version = `${run?.epochs} ${run?.status} ${run?.tags.join()} ${run?.notes}`;
  const { content, problem, isLoading } = useAnswer<RunDetails>(
    run === undefined ? null : PATHS.run(run.id),
    version,
  );
  if (run === undefined) return <ChooseRuns what="details" />;
  return (
    <section class="details" aria-label="Details">
      <RunStrip />
      <div class="tools">
        {runs.length > 1 && state.tab !== "differences" && (
          <label>
            run{" "}
            <select value={run.id} onChange={(event) => store.set({ of: event.currentTarget.value })}>
              {runs.map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </label>
        )}
        <TabList tab={state.tab} />
      </div>
      <div role="tabpanel" id="panel" aria-labelledby={`tab-${state.tab}`}>
        {state.tab === "differences" ? (
          <Differences runs={runs} />
        ) : problem !== null ? (
          <EmptyNote title="This run cannot be shown">
            <p>{problem}</p>
          </EmptyNote>
        ) : content === null ? (
          <EmptyNote title={isLoading ? "Reading the run …" : "Nothing to show"} />
        ) : (
          <Panel tab={state.tab} run={run} details={content} />
        )}
      </div>
    </section>
  );
}

interface PanelProps {
  readonly tab: Tab;
  readonly run: RunRow;
  readonly details: RunDetails;
}

function Panel({ tab, run, details }: PanelProps): JSX.Element {
  if (tab === "configuration") {
    return <Text text={details.configuration} what="configs/config.yaml" />;
  }
  if (tab === "architecture") return <Text text={details.architecture} what="model_arch.txt" />;
  if (tab === "console") return <ConsoleTab key={run.id} run={run} />;
  return <Overview run={run} details={details} />;
}

function Text({ text, what }: { readonly text: string | null; readonly what: string }): JSX.Element {
  if (text === null) {
    return (
      <EmptyNote title={`The folder of this run has no ${what}`}>
        <p>It was removed, or the run ended before it was written.</p>
      </EmptyNote>
    );
  }
  // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls a long text
  return <pre tabIndex={0}>{text}</pre>;
}

function TabList({ tab }: { readonly tab: Tab }): JSX.Element {
  const { store } = usePage();
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]!;
    store.set({ tab: next });
    document.getElementById(`tab-${next}`)?.focus();
    event.preventDefault();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Parts of the details" onKeyDown={onKeyDown}>
      {TABS.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`tab-${each}`}
          aria-controls="panel"
          aria-selected={tab === each}
          tabIndex={tab === each ? 0 : -1}
          onClick={() => store.set({ tab: each })}
        >
          {each}
        </button>
      ))}
    </div>
  );
}
