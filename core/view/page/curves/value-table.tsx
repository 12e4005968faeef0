/** The values of a large chart as a table, for who reads better than looks and for copying. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { metricFigure } from "../parts/figures.ts";
import { placeText } from "./axis-words.ts";
import type { ChartSpec } from "./chart-list.ts";
import { valueAt } from "./line.ts";
import { type ChartSettings, useLines } from "./use-lines.ts";

const MOST_ROWS = 200;
const MOST_COLUMNS = 12;

interface ValueTableProps {
  readonly spec: ChartSpec;
  readonly settings: ChartSettings;
}

export function ValueTable({ spec, settings }: ValueTableProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Values as a table</summary>
      {isOpen && <Table spec={spec} settings={settings} />}
    </details>
  );
}

function Table({ spec, settings }: ValueTableProps): JSX.Element {
  const { lines } = useLines(spec, settings, MOST_ROWS);
  const shown = lines.slice(0, MOST_COLUMNS);
  const all = [...new Set(shown.flatMap(({ curve }) => curve.x))].sort((a, b) => a - b);
  const inside = all.filter((x) => x >= (settings.from ?? x) && x <= (settings.to ?? x));
  const step = Math.max(1, Math.ceil(inside.length / MOST_ROWS));
  const places = inside.filter((_, index) => index % step === 0);
  return (
    <div class="scroll">
      {lines.length > shown.length && <p class="soft">The first {shown.length} lines.</p>}
      {step > 1 && <p class="soft">Every {step}th place; zoom in for the others.</p>}
      <table>
        <thead>
          <tr>
            <th>{settings.axis}</th>
            {shown.map(({ key, label }) => (
              <th key={key}>{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map((place) => (
            <tr key={place}>
              <td>{placeText(settings.axis, place).replace(/^\w+ /, "")}</td>
              {shown.map(({ key, curve }) => (
                <td key={key}>{metricFigure(spec.key, valueAt(curve, place))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
