/** The frame of the workbench: the sheets, the open sheet, its label, and what is said about them. */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { HelpButton } from "../../view/page/parts/help-button.tsx";
import { applyTheme, storedTheme, type Theme } from "../../view/page/parts/theme.ts";
import { ConflictDialog } from "./parts/conflict-dialog.tsx";
import { LabelHelp } from "./parts/label-help.tsx";
import { LineBanner, SheetNotes } from "./parts/notes.tsx";
import { SheetList } from "./parts/sheet-list.tsx";
import { TablePanel } from "./parts/table-panel.tsx";
import { TrainingDialog } from "./parts/training-dialog.tsx";
import { SheetView } from "./sheet/sheet-view.tsx";
import { pressedAnywhere, pressedOnSheet } from "./state/keys.ts";
import type { Workbench } from "./state/workbench.ts";

export function App({ bench }: { readonly bench: Workbench }): JSX.Element {
  const [, setVersion] = useState(0);
  const [isHelp, setHelp] = useState(false);
  const [isTraining, setTraining] = useState(false);
  useEffect(() => bench.subscribe(() => setVersion(bench.version)), [bench]);
  useKeys(
    bench,
    () => setHelp(true),
    () => setTraining(true),
  );
  const conflict = bench.opened === null ? undefined : bench.queue?.conflicts.get(bench.opened.id);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("sheet")?.focus()}>
        Skip to the sheet
      </button>
      <Top bench={bench} onHelp={() => setHelp(true)} onTraining={() => setTraining(true)} />
      <LineBanner bench={bench} />
      <div class="bench">
        <SheetList bench={bench} />
        <Middle bench={bench} />
        {bench.opened !== null && bench.takesLabel && (
          <TablePanel key={bench.opened.id} bench={bench} opened={bench.opened} />
        )}
      </div>
      <p class="unseen" role="status" aria-live="polite">
        {bench.said}
      </p>
      {isHelp && <LabelHelp onClose={() => setHelp(false)} />}
      {isTraining && <TrainingDialog bench={bench} onClose={() => setTraining(false)} />}
      {conflict !== undefined && <ConflictDialog bench={bench} conflict={conflict} />}
    </>
  );
}

function Middle({ bench }: { readonly bench: Workbench }): JSX.Element {
  const { opened, problem, list } = bench;
  const row = opened === null ? null : bench.row(opened.id);
  useEffect(() => {
    if (row !== null) document.title = `${row.sheet || row.workbook} · label`;
  }, [row?.sheet, row?.workbook]);
  if (opened === null) {
    return (
      <main class="middle">
        <section class="empty">
          <h2>{problem !== null ? "This cannot be shown" : list === null ? "Loading …" : "No sheet"}</h2>
          <p>{problem ?? (list?.sheets.length === 0 ? "The folder has no workbook with a sheet." : "")}</p>
        </section>
      </main>
    );
  }
  return (
    <main class="middle">
      <div class="sheet-title">
        <h2>{row === null ? opened.id : row.sheet || "Unknown sheets"}</h2>
        <span class="soft">{row?.workbook}</span>
        {row?.hidden && <span class="tag">hidden in Excel</span>}
        <span class="heard soft" aria-hidden="true">
          {bench.said}
        </span>
      </div>
      <SheetNotes opened={opened} takesLabel={bench.takesLabel} />
      <SheetView
        key={opened.id}
        bench={bench}
        opened={opened}
        name={row?.sheet ?? ""}
        onKey={(event) => pressedOnSheet(event, bench)}
      />
    </main>
  );
}

interface TopProps {
  readonly bench: Workbench;
  readonly onHelp: () => void;
  readonly onTraining: () => void;
}

function Top({ bench, onHelp, onTraining }: TopProps): JSX.Element {
  const waiting = bench.queue?.size ?? 0;
  const { training } = bench;
  const isRunning = training?.state === "running";
  return (
    <header class="top">
      <h1>
        tablesense2 <span>label</span>
      </h1>
      <span class="soft folder" title={bench.list?.output}>
        {bench.list?.folder}
      </span>
      <div class="right">
        <span class={`line${waiting > 0 ? " down" : ""}`} role="status">
          {bench.list === null ? "" : waiting === 0 ? "all saved" : `${waiting} not saved`}
        </span>
        <button type="button" title="T" onClick={onTraining}>
          {isRunning ? `Training, epoch ${training.epoch ?? 0}` : "Train"}
        </button>
        <ThemeButton />
        <HelpButton onHelp={onHelp} />
      </div>
    </header>
  );
}

function ThemeButton(): JSX.Element {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const next: Theme = theme === "system" ? "light" : theme === "light" ? "dark" : "system";
  return (
    <button
      type="button"
      class="plain"
      title={`Colours: ${theme}`}
      aria-label={`Colours: ${theme}. Change to: ${next}`}
      onClick={() => {
        applyTheme(next);
        setTheme(next);
      }}
    >
      {theme === "system" ? "◐" : theme === "light" ? "○" : "●"}
    </button>
  );
}

function useKeys(bench: Workbench, onHelp: () => void, onTraining: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isInField(event)) return;
      const isTraining = event.key.toLowerCase() === "t" && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (isTraining) onTraining();
      else if (!pressedAnywhere(event, bench, onHelp)) return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [bench]);
}

/** True for a key that is typed into a field. Escape leaves the field. */
function isInField({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isField = target.closest("input,select,textarea,dialog") !== null;
  if (isField && key === "Escape") target.blur();
  return isField;
}
