/** The settings and results in which runs differ, one column per run. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RunRow } from "../../api.ts";
import { runColor } from "../parts/colors.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { duration, figure, metricFigure, score } from "../parts/figures.ts";
import { Switch } from "../parts/switch.tsx";
import { differingSettings } from "../table/run-columns.ts";

export function Differences({ runs }: { readonly runs: readonly RunRow[] }): JSX.Element {
  const [isAll, setAll] = useState(false);
  if (runs.length < 2) {
    return (
      <EmptyNote title="Choose a second run">
        <p>The settings in which two or more chosen runs differ stand here side by side.</p>
      </EmptyNote>
    );
  }
  const names = isAll
    ? [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))].sort()
    : differingSettings(runs);
  const metrics = [...new Set(runs.flatMap(({ summary }) => Object.keys(summary)))].sort();
  const setting = (run: RunRow, name: string) => {
    const value = run.settings[name];
    if (value === undefined) return "–";
    return typeof value === "number" ? figure(value) : String(value ?? "none");
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls a wide table
    <section class="scroll" tabIndex={0} aria-label="Differences between the runs">
      <Switch isOn={isAll} onChange={setAll}>
        also what is the same
      </Switch>
      <table class="diff">
        <thead>
          <tr>
            <th />
            {runs.map(({ id }, index) => (
              <th key={id} scope="col">
                <i class="dot" style={{ background: runColor(index) }} /> {id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Line name="best F1" cells={runs.map(({ bestF1 }) => (bestF1 === null ? "–" : score(bestF1)))} />
          <Line name="at epoch" cells={runs.map(({ bestEpoch }) => figure(bestEpoch))} />
          <Line name="duration" cells={runs.map(({ durationSeconds }) => duration(durationSeconds))} />
          <tr>
            <th colSpan={runs.length + 1} class="heading">
              settings
            </th>
          </tr>
          {names.length === 0 && (
            <tr>
              <td colSpan={runs.length + 1}>All settings are the same.</td>
            </tr>
          )}
          {names.map((name) => (
            <Line key={name} name={name} cells={runs.map((run) => setting(run, name))} />
          ))}
          <tr>
            <th colSpan={runs.length + 1} class="heading">
              newest values
            </th>
          </tr>
          {metrics.map((name) => (
            <Line
              key={name}
              name={name}
              cells={runs.map(({ summary }) => metricFigure(name, summary[name]))}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line({ name, cells }: { readonly name: string; readonly cells: readonly string[] }): JSX.Element {
  const isSame = cells.every((cell) => cell === cells[0]);
  return (
    <tr class={isSame ? "same" : ""}>
      <th scope="row">{name}</th>
      {cells.map((cell, index) => (
        <td key={index}>{cell}</td>
      ))}
    </tr>
  );
}
