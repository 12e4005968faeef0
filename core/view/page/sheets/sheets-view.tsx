/** The view of the validation sheets at an epoch: of one run, or of two side by side. */

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { PREDICTED_WORDS, TRUTH_WORDS } from "../../../scoring/mistake-words.ts";
import { type EpochSheets, PATHS, type RunDetails, type RunRow } from "../../api.ts";
import { ChooseRuns } from "../parts/choose-runs.tsx";
import { runColor } from "../parts/colors.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { count } from "../parts/figures.ts";
import { chosenRuns, useAnswer, usePage, usePageState, useRuns } from "../parts/page-context.ts";
import { RunStrip } from "../parts/run-strip.tsx";
import { SheetCard, type SheetOfRun } from "./sheet-card.tsx";
import { hasKind, KINDS, orderSheets } from "./sheet-order.ts";

/** Cards that are added when the end of the page comes near. */
const PAGE = 30;

export function SheetsView(): JSX.Element {
  const state = usePageState();
  const model = useRuns();
  const runs = chosenRuns(state, model);
  const one = useSheets(runs[0], state.epoch);
  const two = useSheets(runs[1], state.epoch);
  if (runs.length === 0) return <ChooseRuns what="sheets" />;
  const epochs = [...new Set([...one.epochs, ...two.epochs])].sort((a, b) => a - b);
  return (
    <section class="sheets" aria-label="Sheets">
      <RunStrip />
      {runs.length > 2 && <p class="soft">The first two of the chosen runs stand side by side.</p>}
      {epochs.length === 0 ? (
        <NoSheets run={runs[0]!} problem={one.problem} isLoading={one.isLoading} />
      ) : (
        <Sheets runs={runs.slice(0, 2)} answers={[one, two]} epochs={epochs} />
      )}
    </section>
  );
}

interface RunSheets {
  readonly epochs: readonly number[];
  readonly content: EpochSheets | null;
  readonly problem: string | null;
  readonly isLoading: boolean;
}

/** The sheets of a run at an epoch or, where it has none then, at the newest one before. */
function useSheets(run: RunRow | undefined, epoch: number | null): RunSheets {
  const version = `${run?.epochs} ${run?.status}`;
  const details = useAnswer<RunDetails>(run === undefined ? null : PATHS.run(run.id), version);
  const last = useRef<{ id: string; epochs: readonly number[]; content: EpochSheets | null } | null>(null);
  if (details.content !== null && run !== undefined) {
    const content = last.current?.id === run.id ? last.current.content : null;
    last.current = { id: run.id, epochs: details.content.sheetEpochs, content };
  }
  const known = last.current?.id === run?.id ? last.current : null;
  const epochs = known?.epochs ?? [];
  const at = epoch === null ? epochs.at(-1) : (epochs.findLast((each) => each <= epoch) ?? epochs[0]);
  const answer = useAnswer<EpochSheets>(
    run === undefined || at === undefined ? null : `${PATHS.sheets(run.id)}?epoch=${at}`,
  );
  if (answer.content !== null && known !== null) known.content = answer.content;
  return {
    epochs,
    // the epoch before stays until the next one has come, so that the slider does not flicker
    content: answer.content ?? known?.content ?? null,
    problem: details.problem ?? answer.problem,
    isLoading: details.isLoading || answer.isLoading,
  };
}

interface SheetsProps {
  readonly runs: readonly RunRow[];
  readonly answers: readonly [RunSheets, RunSheets];
  readonly epochs: readonly number[];
}

function Sheets({ runs, answers, epochs }: SheetsProps): JSX.Element {
  const state = usePageState();
  const { store } = usePage();
  const [shown, setShown] = useState(PAGE);
  const end = useRef<HTMLDivElement>(null);
  const [first, second] = answers;
  const all = first.content?.sheets ?? second.content?.sheets ?? [];
  const filter = { kind: state.kind, order: state.order, words: state.sheet };
  const found = useMemo(() => orderSheets(all, filter), [all, state.kind, state.order, state.sheet]);
  useEffect(() => setShown(PAGE), [state.kind, state.order, state.sheet]);
  useEffect(() => {
    const element = end.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setShown((number) => number + PAGE),
      { rootMargin: "800px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [found, shown]);
  const sidesOf = (key: string): SheetOfRun[] =>
    runs.map((run, index) => {
      const content = answers[index]?.content;
      const sheet = content?.sheets.find((each) => each.key === key) ?? null;
      return { id: run.id, color: runColor(index), epoch: content?.epoch ?? 0, sheet };
    });
  const leftOut = first.content?.leftOut ?? 0;
  return (
    <>
      <div class="tools bar">
        <EpochSlider epochs={epochs} isLoading={first.isLoading || second.isLoading} />
        <label>
          order{" "}
          <select value={state.order} onChange={(event) => store.set({ order: event.currentTarget.value })}>
            <option value="worst">worst first</option>
            <option value="split">as in the split</option>
          </select>
        </label>
        <input
          type="search"
          id="search"
          placeholder="File or sheet"
          aria-label="Search the sheets"
          value={state.sheet}
          onInput={(event) => store.set({ sheet: event.currentTarget.value })}
        />
        <span class="soft" role="status">
          {found.length === all.length
            ? count(all.length, "sheet")
            : `${found.length} of ${count(all.length, "sheet")}`}
        </span>
      </div>
      <KindButtons sheets={all} />
      <p class="legend">
        <span>
          <i class="l-truth" />
          true
        </span>
        <span>
          <i class="l-found" />
          predicted, with its score
        </span>
        <span>
          <i class="l-missed" />
          missed
        </span>
        <span>
          <i class="l-false" />
          false
        </span>
      </p>
      {(first.problem ?? second.problem) !== null && (
        <p class="warn-line">{first.problem ?? second.problem}</p>
      )}
      {leftOut > 0 && <p class="soft">The record leaves out {count(leftOut, "sheet")} of this split.</p>}
      {found.slice(0, shown).map(({ key }) => (
        <SheetCard key={key} name={key} sides={sidesOf(key)} />
      ))}
      {found.length > shown && (
        <div ref={end} class="soft">
          {found.length - shown} more below
        </div>
      )}
      {found.length === 0 && all.length > 0 && (
        <EmptyNote title="No sheet matches">
          <button type="button" onClick={() => store.set({ kind: "", sheet: "" })}>
            Show all sheets
          </button>
        </EmptyNote>
      )}
    </>
  );
}

interface EpochSliderProps {
  readonly epochs: readonly number[];
  readonly isLoading: boolean;
}

function EpochSlider({ epochs, isLoading }: EpochSliderProps): JSX.Element {
  const state = usePageState();
  const { store } = usePage();
  const wanted = state.epoch ?? epochs.at(-1)!;
  const at = Math.max(
    0,
    epochs.findLastIndex((epoch) => epoch <= wanted),
  );
  const go = (index: number) =>
    store.set({ epoch: index >= epochs.length - 1 ? null : (epochs[Math.max(0, index)] ?? null) });
  return (
    <div class="slider">
      <button
        type="button"
        id="epoch-before"
        aria-label="Epoch before"
        disabled={at === 0}
        onClick={() => go(at - 1)}
      >
        ‹
      </button>
      <label>
        epoch{" "}
        <input
          type="range"
          id="epoch"
          min="0"
          max={epochs.length - 1}
          value={at}
          aria-valuetext={`epoch ${epochs[at]}`}
          onInput={(event) => go(event.currentTarget.valueAsNumber)}
        />{" "}
        <output class="fixed">
          {epochs[at]} / {epochs.at(-1)}
        </output>
      </label>
      <button
        type="button"
        id="epoch-after"
        aria-label="Next epoch"
        disabled={at >= epochs.length - 1}
        onClick={() => go(at + 1)}
      >
        ›
      </button>
      <span class="soft wait">{isLoading ? "loading" : ""}</span>
    </div>
  );
}

function KindButtons({ sheets }: { readonly sheets: EpochSheets["sheets"] }): JSX.Element {
  const state = usePageState();
  const { store } = usePage();
  const words: Readonly<Record<string, string>> = { ...PREDICTED_WORDS, ...TRUTH_WORDS };
  const buttons = [
    ["", "all"],
    ["mistake", "with a mistake"],
    ...KINDS.map((kind) => [kind, words[kind]!] as const),
    ["right", "all right"],
  ] as const;
  return (
    <fieldset class="kinds" aria-label="Kind of mistake">
      {buttons.map(([kind, word]) => {
        const number = sheets.filter((sheet) => hasKind(sheet, kind)).length;
        return (
          <button
            key={kind}
            type="button"
            data-kind={kind}
            aria-pressed={state.kind === kind}
            disabled={number === 0 && state.kind !== kind}
            onClick={() => store.set({ kind })}
          >
            {word} {number}
          </button>
        );
      })}
    </fieldset>
  );
}

interface NoSheetsProps {
  readonly run: RunRow;
  readonly problem: string | null;
  readonly isLoading: boolean;
}

function NoSheets({ run, problem, isLoading }: NoSheetsProps): JSX.Element {
  if (isLoading) return <EmptyNote title="Reading the sheets …" />;
  if (problem !== null) {
    return (
      <EmptyNote title="The sheets cannot be shown">
        <p>{problem}</p>
      </EmptyNote>
    );
  }
  return (
    <EmptyNote title="No validation sheets yet">
      <p>
        {run.status === "running"
          ? "They come with the first validation, at the end of an epoch."
          : "This run's record holds none: it ended before its first validation, had no validation split, or ran without the plugin history."}
      </p>
    </EmptyNote>
  );
}
