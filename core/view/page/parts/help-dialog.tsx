/** The keys of the page, and how to search. */

import type { JSX } from "preact";
import { Dialog } from "./dialog.tsx";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["1 2 3 4", "runs, curves, sheets, details"],
  ["/", "search"],
  ["?", "this list"],
  ["↑ ↓ or j k", "runs: the line before, the next line"],
  ["Space or x", "runs: choose; with Shift, everything in between"],
  ["Enter", "runs: see the curves; curves: enlarge the chart"],
  ["← →", "curves: read the values of a chart; with Shift, move along the axis"],
  ["+ − 0", "curves: zoom in, zoom out, the whole axis"],
  ["[ ]", "sheets: the epoch before, the next epoch"],
  ["Esc", "close, back to all charts, leave a field"],
];

const SEARCHES: readonly (readonly [search: string, what: string])[] = [
  ["wasm seed-1", "both words occur in the run"],
  ["-failed", "the word does not occur"],
  ["status:running", "one column has the word"],
  ["lr<0.001 bestf1>=0.9", "compares a column, a setting or the last value of a metric"],
];

export function HelpDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Keys and help" onClose={onClose}>
      <List title="Keys" rows={KEYS} />
      <List title="Search of the runs" rows={SEARCHES} />
      <p class="soft">
        The address of the page holds everything that it shows: keep it or pass it on. Lines are exact: where
        a chart has more rows than pixels, it draws the least and the largest value of each pixel.
      </p>
    </Dialog>
  );
}

interface ListProps {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}

function List({ title, rows }: ListProps): JSX.Element {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
