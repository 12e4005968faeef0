/** The keys of the workbench. */

import type { JSX } from "preact";
import { Dialog } from "../../../view/page/parts/dialog.tsx";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["Enter", "accept the tables and go to the next sheet"],
  ["E", "there is no table here"],
  ["K", "skip: leave the sheet out of everything"],
  ["[ ]", "the sheet before, the next one in the list"],
  ["Tab, Shift+Tab", "the next table, the one before"],
  ["arrows", "move the selected table; without one, scroll"],
  ["Shift+arrows", "move its lower or right edge"],
  ["Alt+arrows", "move its upper or left edge"],
  ["Ctrl with these", "ten cells at once"],
  ["N", "a new table at the last click"],
  ["Delete", "delete the selected tables"],
  ["J", "join the selected tables (Shift+click selects more)"],
  ["S", "split: arrows choose where, Enter splits"],
  ["U, Ctrl+Z", "undo"],
  ["Ctrl+Shift+Z, Ctrl+Y", "redo"],
  ["1 2 3", "high, medium, low confidence"],
  ["T", "fine-tuning"],
  ["/", "search the sheets"],
  ["Esc", "deselect, leave a field, close"],
];

export function LabelHelp({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Keys and help" onClose={onClose}>
      <p class="soft">
        Drag over free cells to draw a table. Drag a border to move it, a handle to stretch it. Every change
        is saved at once.
      </p>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
