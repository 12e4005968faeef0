/** The frame of the page: the four views, the line to the server, the theme, messages and keys. */

import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { CurvesView } from "./curves/curves-view.tsx";
import { DetailsView } from "./details/details-view.tsx";
import { HelpButton } from "./parts/help-button.tsx";
import { HelpDialog } from "./parts/help-dialog.tsx";
import { type Page, PageContext, usePage, usePageState, useRuns } from "./parts/page-context.ts";
import { applyTheme, storedTheme, type Theme } from "./parts/theme.ts";
import { SheetsView } from "./sheets/sheets-view.tsx";
import { VIEWS, type View } from "./state/page-state.ts";
import type { Store } from "./state/store.ts";
import { RunsView } from "./table/runs-view.tsx";

const TITLES: Readonly<Record<View, string>> = {
  runs: "Runs",
  curves: "Curves",
  sheets: "Sheets",
  details: "Details",
};
/** How long a message stays, ms. */
const MESSAGE_TIME = 5000;

interface Message {
  readonly text: string;
  readonly isProblem: boolean;
  readonly number: number;
}

export function App({ page }: { readonly page: Omit<Page, "say"> }): JSX.Element {
  const [message, setMessage] = useState<Message | null>(null);
  const whole = useMemo<Page>(() => {
    const say = (text: string, isProblem = false) =>
      setMessage((old) => ({ text, isProblem, number: (old?.number ?? 0) + 1 }));
    return { ...page, say };
  }, [page]);
  useEffect(() => {
    if (message === null || message.isProblem) return;
    const timer = setTimeout(() => setMessage(null), MESSAGE_TIME);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <PageContext.Provider value={whole}>
      <Frame />
      <div class="messages" role="status" aria-live="polite">
        {message !== null && (
          <p key={message.number} class={message.isProblem ? "problem" : ""}>
            {message.text}
            <button type="button" class="plain" aria-label="Close" onClick={() => setMessage(null)}>
              ×
            </button>
          </p>
        )}
      </div>
    </PageContext.Provider>
  );
}

function Frame(): JSX.Element {
  const state = usePageState();
  const runs = useRuns();
  const { store, source } = usePage();
  const [isHelp, setHelp] = useState(false);
  useKeys(() => setHelp(true));
  const running = [...runs.rows.values()].filter(({ status }) => status === "running").length;
  useEffect(() => {
    document.title = `${TITLES[state.view]}${running > 0 ? ` (${running} running)` : ""} · tablesense2`;
  }, [state.view, running]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <h1>
          tablesense2 <span>{source.isLive ? "runs" : "report"}</span>
        </h1>
        <nav aria-label="Views">
          {VIEWS.map((view) => (
            <button
              key={view}
              type="button"
              aria-current={state.view === view ? "page" : undefined}
              onClick={() => store.set({ view })}
            >
              {TITLES[view]}
              {view === "runs" && runs.isLoaded && <small> {runs.rows.size}</small>}
              {view !== "runs" && state.run.length > 0 && view === "curves" && (
                <small> {state.run.length}</small>
              )}
            </button>
          ))}
        </nav>
        <div class="right">
          <Line running={running} />
          <ThemeButton />
          <HelpButton onHelp={() => setHelp(true)} />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {state.view === "runs" && <RunsView />}
        {state.view === "curves" && <CurvesView />}
        {state.view === "sheets" && <SheetsView />}
        {state.view === "details" && <DetailsView />}
      </main>
      {source.leftOut.length > 0 && (
        <footer>
          <details>
            <summary>What this report leaves out</summary>
            <ul>
              {source.leftOut.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </details>
        </footer>
      )}
      {isHelp && <HelpDialog onClose={() => setHelp(false)} />}
    </>
  );
}

/** Whether the page follows the runs. */
function Line({ running }: { readonly running: number }): JSX.Element | null {
  const runs = useRuns();
  const { source } = usePage();
  if (!source.isLive) return null;
  if (runs.isUp === false) {
    return (
      <span
        class="line down"
        role="status"
        title="If the viewer was started anew, open the address that it printed."
      >
        no answer, trying again
      </span>
    );
  }
  return (
    <span class={`line${running > 0 ? " live" : ""}`} role="status">
      {running > 0 ? `${running} running` : runs.isUp === null ? "" : "following"}
    </span>
  );
}

function ThemeButton(): JSX.Element {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const next: Theme = theme === "system" ? "light" : theme === "light" ? "dark" : "system";
  const words: Readonly<Record<Theme, string>> = {
    system: "Colours as the system says",
    light: "Light",
    dark: "Dark",
  };
  return (
    <button
      type="button"
      class="plain"
      id="theme"
      title={words[theme]}
      aria-label={`${words[theme]}. Change to: ${words[next]}`}
      onClick={() => {
        applyTheme(next);
        setTheme(next);
      }}
    >
      {theme === "system" ? "◐" : theme === "light" ? "○" : "●"}
    </button>
  );
}

/** The keys that work everywhere outside of fields. */
function useKeys(onHelp: () => void): void {
  const { store } = usePage();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (isInField(event)) return;
      if (!pressed(event.key, store, onHelp)) return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [store, onHelp]);
}

/** True for a key that is typed into a field. Escape leaves the field. */
function isInField({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isField = target.closest("input:not([type=checkbox]),select,textarea,dialog") !== null;
  if (isField && key === "Escape" && target instanceof HTMLInputElement) target.blur();
  return isField;
}

/** The elements that keys press or focus, wherever they are. */
const PRESSED: Readonly<Record<string, string>> = { "[": "epoch-before", "]": "epoch-after" };

/** Does what a key stands for. @returns false if it stands for nothing. */
function pressed(key: string, store: Store, onHelp: () => void): boolean {
  const view = VIEWS[Number(key) - 1];
  const button = PRESSED[key];
  if (view !== undefined) store.set({ view });
  else if (button !== undefined) document.getElementById(button)?.click();
  else if (key === "/") document.getElementById("search")?.focus();
  else if (key === "?") onHelp();
  else if (key === "Escape") store.set(store.state.chart === "" ? { from: null, to: null } : { chart: "" });
  else return false;
  return true;
}
