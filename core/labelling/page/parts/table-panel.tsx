/** The panel at the right: the tables of the sheet, its state, confidence and note. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Confidence, MOST_NOTE, type SheetState } from "../../label-messages.ts";
import type { Opened } from "../state/opened.ts";
import type { Workbench } from "../state/workbench.ts";

const SOURCES = {
  model: "model",
  blocks: "block",
  excel_table: "Excel table",
  pivot_table: "pivot table",
} as const;
const STATES: Readonly<Record<SheetState, string>> = {
  open: "Open: these are proposals",
  labelled: "Labelled",
  empty: "There is no table here",
  skipped: "Skipped: left out of everything",
};
const CONFIDENCES: readonly Confidence[] = ["high", "medium", "low"];
/** Height of a table's line, px; as in the style. */
const LINE = 36;
const AROUND = 6;

interface PanelProps {
  readonly bench: Workbench;
  readonly opened: Opened;
}

export function TablePanel({ bench, opened }: PanelProps): JSX.Element {
  const { edit } = opened;
  const isUnsaved = bench.queue?.unsaved(opened.id) != null;
  return (
    <aside class="panel" aria-label="Label of the sheet">
      <p class={`state s-${edit.state}`}>
        {STATES[edit.state]}
        <span class="saved soft small">{isUnsaved ? "not saved yet" : saved(opened)}</span>
      </p>
      <div class="buttons">
        <button type="button" class="main" title="Enter" onClick={() => bench.accept()}>
          Accept and next
        </button>
        <button type="button" title="E" onClick={() => bench.close("empty")}>
          No table here
        </button>
        <button type="button" title="K" onClick={() => bench.close("skipped")}>
          Skip
        </button>
        <button type="button" title="U" disabled={!opened.history.canUndo} onClick={() => bench.undo()}>
          Undo
        </button>
        <button
          type="button"
          title="Ctrl+Shift+Z"
          disabled={!opened.history.canRedo}
          onClick={() => bench.redo()}
        >
          Redo
        </button>
      </div>
      <Refusal sentences={bench.refusal} />
      <h2>
        Tables <small class="soft">{opened.tables.length}</small>
      </h2>
      <Tables bench={bench} opened={opened} />
      <NewTable bench={bench} />
      <div class="buttons">
        <button type="button" title="N" onClick={() => bench.addNew()}>
          New
        </button>
        <button
          type="button"
          title="S"
          disabled={opened.main === null}
          onClick={() => {
            bench.startCut();
            document.getElementById("sheet")?.focus();
          }}
        >
          Split
        </button>
        <button type="button" title="J" disabled={opened.selected.length < 2} onClick={() => bench.join()}>
          Join
        </button>
        <button
          type="button"
          class="danger"
          title="Delete"
          disabled={opened.main === null}
          onClick={() => bench.remove(opened.selected)}
        >
          Delete
        </button>
      </div>
      <fieldset class="confidence">
        <legend>How sure are you?</legend>
        {CONFIDENCES.map((confidence, at) => (
          <button
            key={confidence}
            type="button"
            title={String(at + 1)}
            aria-pressed={edit.confidence === confidence}
            onClick={() => bench.change({ confidence: edit.confidence === confidence ? null : confidence })}
          >
            {confidence}
          </button>
        ))}
      </fieldset>
      <label class="field">
        Note
        <textarea
          id="note"
          rows={2}
          maxLength={MOST_NOTE}
          value={edit.note}
          onInput={(event) => bench.change({ note: event.currentTarget.value }, "note")}
        />
      </label>
    </aside>
  );
}

function saved({ by, at }: Opened): string {
  if (at === null) return "";
  const when = new Date(at);
  const words = Number.isNaN(when.getTime()) ? at : when.toLocaleString();
  return by === null ? `saved ${words}` : `${by}, ${words}`;
}

function Refusal({ sentences }: { readonly sentences: readonly string[] }): JSX.Element {
  return (
    <div role="alert">
      {sentences.length > 0 && (
        <div class="refusal">
          <b>Not saved:</b>
          <ul>
            {sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** Draws the lines in view alone: a sheet may have 10,000 tables. */
function Tables({ bench, opened }: PanelProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const { tables } = opened.edit;
  const { main } = opened;
  useEffect(() => {
    const element = box.current;
    if (element === null || main === null) return;
    const [from, to] = [main * LINE, (main + 1) * LINE];
    if (from < element.scrollTop) element.scrollTop = from;
    else if (to > element.scrollTop + element.clientHeight) element.scrollTop = to - element.clientHeight;
  }, [main]);
  if (tables.length === 0) {
    return <p class="soft none">None. Drag over cells to draw one, press N, or type a range below.</p>;
  }
  const height = box.current?.clientHeight ?? 400;
  const first = Math.max(0, Math.floor(top / LINE) - AROUND);
  const last = Math.min(tables.length, Math.ceil((top + height) / LINE) + AROUND);
  return (
    <div class="lines tables" ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <ol style={{ paddingTop: `${first * LINE}px`, paddingBottom: `${(tables.length - last) * LINE}px` }}>
        {tables.slice(first, last).map((range, k) => (
          <TableLine key={`${first + k} ${range}`} bench={bench} opened={opened} at={first + k} />
        ))}
      </ol>
    </div>
  );
}

function TableLine({ bench, opened, at }: PanelProps & { readonly at: number }): JSX.Element {
  const range = opened.edit.tables[at]!;
  const proposal = opened.proposalOf(range);
  const score = proposal?.score == null ? "" : ` ${proposal.score.toFixed(2)}`;
  const isSelected = opened.selected.includes(at);
  return (
    <li class={isSelected ? "table on" : "table"}>
      <button
        type="button"
        class="plain number"
        aria-pressed={isSelected}
        aria-label={`Table ${at + 1}, ${range}`}
        onClick={(event) => {
          if (event.shiftKey) bench.select([...opened.selected.filter((other) => other !== at), at]);
          else bench.select([at]);
        }}
      >
        {at + 1}
      </button>
      <RangeField
        label={`Range of table ${at + 1}`}
        value={range}
        onRange={(text) => bench.retype(at, text)}
        onProblem={() => bench.say("That is no range. Write two corners, as in B3:F20.")}
      />
      <small class="source soft">{proposal === null ? "drawn" : `${SOURCES[proposal.source]}${score}`}</small>
      <button
        type="button"
        class="plain"
        aria-label={`Delete table ${at + 1}`}
        onClick={() => bench.remove([at])}
      >
        ×
      </button>
    </li>
  );
}

interface RangeFieldProps {
  readonly label: string;
  readonly value: string;
  /** @returns false if the text is no range. */
  readonly onRange: (text: string) => boolean;
  readonly onProblem: () => void;
  readonly placeholder?: string;
}

/** A field for a range: Enter takes it, Escape takes it back. */
function RangeField({ label, value, onRange, onProblem, placeholder }: RangeFieldProps): JSX.Element {
  const [isWrong, setWrong] = useState(false);
  const take = (field: HTMLInputElement) => {
    if (field.value === value) return setWrong(false);
    const isTaken = onRange(field.value);
    setWrong(!isTaken);
    if (!isTaken) onProblem();
    else if (value === "") field.value = "";
  };
  return (
    <input
      type="text"
      class="range"
      aria-label={label}
      aria-invalid={isWrong}
      placeholder={placeholder}
      spellcheck={false}
      autocomplete="off"
      defaultValue={value}
      onKeyDown={(event) => {
        if (event.key === "Enter") take(event.currentTarget);
        if (event.key === "Escape") event.currentTarget.value = value;
      }}
      onBlur={(event) => take(event.currentTarget)}
    />
  );
}

function NewTable({ bench }: { readonly bench: Workbench }): JSX.Element {
  return (
    <div class="new-table">
      <RangeField
        label="Range of a new table"
        value=""
        placeholder="B3:F20"
        onRange={(text) => text.trim() === "" || bench.addTyped(text)}
        onProblem={() => bench.say("That is no range. Write two corners, as in B3:F20.")}
      />
    </div>
  );
}
