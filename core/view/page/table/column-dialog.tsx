/** Chooses the columns of the table of runs. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { usePage } from "../parts/page-context.ts";
import { runColumn } from "./run-columns.ts";

interface ColumnDialogProps {
  /** All that there are. */
  readonly keys: readonly string[];
  readonly shown: readonly string[];
  readonly onClose: () => void;
}

export function ColumnDialog({ keys, shown, onClose }: ColumnDialogProps): JSX.Element {
  const { store } = usePage();
  const [words, setWords] = useState("");
  const found = keys.filter((key) => key.toLowerCase().includes(words.trim().toLowerCase()));
  const toggle = (key: string) =>
    store.set({ column: shown.includes(key) ? shown.filter((each) => each !== key) : [...shown, key] });
  return (
    <Dialog title="Columns" onClose={onClose}>
      <div class="tools">
        <input
          type="search"
          placeholder="Search"
          aria-label="Search the columns"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <button type="button" onClick={() => store.set({ column: [] })}>
          As at first
        </button>
      </div>
      <div class="choices">
        {found.map((key) => (
          <label key={key}>
            <input type="checkbox" checked={shown.includes(key)} onChange={() => toggle(key)} />{" "}
            {key.includes(".") ? key.replace(/^settings\.|^summary\./, "") : runColumn(key).title}
            {key.startsWith("summary.") && <span class="soft"> last value</span>}
          </label>
        ))}
      </div>
    </Dialog>
  );
}
