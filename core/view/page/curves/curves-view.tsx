/** The view of the curves: all metrics of the chosen runs as charts, of which those in sight are alive. */

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type CurveAxis, PATHS, type RunDetails, type RunRow } from "../../api.ts";
import { ChooseRuns } from "../parts/choose-runs.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { chosenRuns, useAnswer, usePage, usePageState, useRuns } from "../parts/page-context.ts";
import { RunStrip } from "../parts/run-strip.tsx";
import { Switch } from "../parts/switch.tsx";
import { isDark } from "../parts/theme.ts";
import { differingSettings } from "../table/run-columns.ts";
import { AXIS_WORDS, placeText } from "./axis-words.ts";
import { Chart } from "./chart.tsx";
import { type ChartSection, type ChartSpec, chartSections } from "./chart-list.ts";
import { HistogramChart } from "./histogram-chart.tsx";
import { useBestPlaces } from "./use-best-places.ts";
import type { ChartSettings } from "./use-lines.ts";
import { useRowsTick } from "./use-rows-tick.ts";
import { ValueTable } from "./value-table.tsx";

/** The heights of the charts, CSS pixels. */
const SMALL = 168;
const LARGE_SHARE = 0.6;

export function CurvesView(): JSX.Element {
  const state = usePageState();
  const model = useRuns();
  const runs = chosenRuns(state, model);
  const ids = runs.map(({ id }) => id);
  const tick = useRowsTick(ids);
  const first = useAnswer<RunDetails>(ids[0] === undefined ? null : PATHS.run(ids[0]), firstTick(runs[0]));
  const best = useBestPlaces(runs, state.x, tick);
  const dark = useDark();
  const names = useMemo(() => {
    const known = first.content?.metrics.map(({ name }) => name) ?? [];
    return [...new Set([...runs.flatMap(({ summary }) => Object.keys(summary)), ...known])];
  }, [ids.join("\n"), model.version, first.content]);
  const histograms = first.content?.histogramNames ?? [];
  const sections = useMemo(
    () => chartSections(names, histograms, state.metric, state.apart),
    [names.join("\n"), histograms, state.metric, state.apart],
  );
  if (runs.length === 0) return <ChooseRuns what="curves" />;
  const settings: ChartSettings = {
    runs,
    axis: state.x,
    smooth: state.smooth,
    isLogX: state.logx,
    isLogY: state.logy,
    band: state.band,
    from: state.from,
    to: state.to,
    tick,
    isDark: dark,
    best,
  };
  const everything = chartSections(names, histograms, "", state.apart).flatMap(({ charts }) => charts);
  const large = everything.find(({ key }) => key === state.chart);
  return (
    <section class="curves" aria-label="Curves">
      <RunStrip />
      <CurveTools runs={runs} />
      {large !== undefined ? (
        <LargeChart spec={large} charts={everything} settings={settings} />
      ) : sections.length === 0 ? (
        <EmptyNote title={names.length === 0 ? "No values yet" : "No metric matches"}>
          <p>
            {names.length === 0
              ? "The first gradient step brings the first ones; they appear here by themselves."
              : `None has all of "${state.metric}" in its name.`}
          </p>
        </EmptyNote>
      ) : (
        sections.map((section) => <Section key={section.name} section={section} settings={settings} />)
      )}
    </section>
  );
}

function CurveTools({ runs }: { readonly runs: readonly RunRow[] }): JSX.Element {
  const state = usePageState();
  const { store } = usePage();
  const keys = differingSettings(runs);
  return (
    <div class="tools">
      <input
        type="search"
        id="search"
        placeholder="Search the metrics"
        aria-label="Search the metrics"
        value={state.metric}
        onInput={(event) => store.set({ metric: event.currentTarget.value })}
      />
      <label>
        x{" "}
        <select
          value={state.x}
          onChange={(event) => store.set({ x: event.currentTarget.value as CurveAxis, from: null, to: null })}
        >
          {Object.entries(AXIS_WORDS).map(([axis, word]) => (
            <option key={axis} value={axis}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <Switch isOn={state.logx} onChange={(logx) => store.set({ logx })}>
        log x
      </Switch>
      <Switch isOn={state.logy} onChange={(logy) => store.set({ logy })}>
        log y
      </Switch>
      <Smoothing />
      {runs.length > 1 && (
        <label>
          bands by{" "}
          <select value={state.band} onChange={(event) => store.set({ band: event.currentTarget.value })}>
            <option value="">nothing</option>
            <option value="name">name</option>
            {keys.map((name) => (
              <option key={name} value={`settings.${name}`}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <Switch isOn={!state.apart} onChange={(isBeside) => store.set({ apart: !isBeside })}>
        train beside val
      </Switch>
      {state.from !== null && state.to !== null && (
        <button type="button" onClick={() => store.set({ from: null, to: null })}>
          {placeText(state.x, state.from)} to {placeText(state.x, state.to).replace(/^\w+ /, "")} ×
          <span class="unseen"> Show the whole axis</span>
        </button>
      )}
    </div>
  );
}

/** The slider, which takes effect when it rests: each value is computed over all rows. */
function Smoothing(): JSX.Element {
  const state = usePageState();
  const { store } = usePage();
  const [value, setValue] = useState(state.smooth);
  const timer = useRef(0);
  useEffect(() => setValue(state.smooth), [state.smooth]);
  const change = (next: number) => {
    setValue(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => store.set({ smooth: next }), 150);
  };
  return (
    <label>
      smoothing{" "}
      <input
        type="range"
        min="0"
        max="0.99"
        step="0.01"
        value={value}
        onInput={(event) => change(event.currentTarget.valueAsNumber)}
      />{" "}
      <output class="fixed">{value.toFixed(2)}</output>
    </label>
  );
}

interface SectionProps {
  readonly section: ChartSection;
  readonly settings: ChartSettings;
}

function Section({ section, settings }: SectionProps): JSX.Element {
  const state = usePageState();
  const { store } = usePage();
  const { name, charts } = section;
  const isFolded = state.fold.includes(name);
  const fold = () =>
    store.set({ fold: isFolded ? state.fold.filter((each) => each !== name) : [...state.fold, name] });
  return (
    <section class="group" aria-label={name}>
      <h2>
        <button type="button" class="plain" aria-expanded={!isFolded} onClick={fold}>
          <span aria-hidden="true">{isFolded ? "▸" : "▾"}</span> {name} <small>{charts.length}</small>
        </button>
      </h2>
      {!isFolded && (
        <div class="charts">
          {charts.map((spec) => (
            <Slot key={`${spec.kind} ${spec.key}`} spec={spec} settings={settings} />
          ))}
        </div>
      )}
    </section>
  );
}

interface SlotProps {
  readonly spec: ChartSpec;
  readonly settings: ChartSettings;
}

/** The place of a chart, which holds one only while it is in sight or nearly so. */
function Slot({ spec, settings }: SlotProps): JSX.Element {
  const [isNear, setNear] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      rootMargin: "200px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="slot" ref={place}>
      {isNear &&
        (spec.kind === "curve" ? (
          <Chart spec={spec} settings={settings} height={SMALL} />
        ) : (
          <HistogramChart spec={spec} settings={settings} height={SMALL} />
        ))}
    </div>
  );
}

interface LargeChartProps {
  readonly spec: ChartSpec;
  readonly charts: readonly ChartSpec[];
  readonly settings: ChartSettings;
}

/** One chart as large as the page, with its values as a table. */
function LargeChart({ spec, charts, settings }: LargeChartProps): JSX.Element {
  const { store } = usePage();
  const at = charts.indexOf(spec);
  const go = (step: number) => store.set({ chart: charts[at + step]?.key ?? spec.key });
  const height = Math.max(260, Math.floor(window.innerHeight * LARGE_SHARE));
  return (
    <section class="focus" aria-label={spec.key}>
      <div class="tools">
        <button type="button" id="back" onClick={() => store.set({ chart: "" })}>
          ← All charts
        </button>
        <button type="button" disabled={at <= 0} onClick={() => go(-1)}>
          Previous
        </button>
        <button type="button" disabled={at >= charts.length - 1} onClick={() => go(1)}>
          Next
        </button>
        <span class="soft">
          Drag over a part to enlarge it, turn the wheel to zoom, double-click for the whole axis.
        </span>
      </div>
      {spec.kind === "curve" ? (
        <>
          <Chart key={spec.key} spec={spec} settings={settings} height={height} isLarge />
          <ValueTable spec={spec} settings={settings} />
        </>
      ) : (
        <HistogramChart key={spec.key} spec={spec} settings={settings} height={height} isLarge />
      )}
    </section>
  );
}

/** True while the page is dark; again when the system or the reader changes it. */
function useDark(): boolean {
  const [dark, setDark] = useState(isDark);
  useEffect(() => {
    const look = () => setDark(isDark());
    const query = matchMedia("(prefers-color-scheme: dark)");
    const observer = new MutationObserver(look);
    query.addEventListener("change", look);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      query.removeEventListener("change", look);
      observer.disconnect();
    };
  }, []);
  return dark;
}

/** The details of a run are read again with each epoch: then there are new histograms. */
function firstTick(run: RunRow | undefined): string {
  return `${run?.epochs} ${run?.status}`;
}
