/** What the page has to say about a sheet and about the line to the server, above the sheet. */

import type { JSX } from "preact";
import { rangeArea } from "../../../base/range.ts";
import type { Opened } from "../state/opened.ts";
import type { Workbench } from "../state/workbench.ts";

/** A line that fails says no more. */
const NO_ANSWER = "The server does not answer, or was started anew: then open the address that it printed.";
/** From this many tables on, the page says that there are many. */
const MANY_TABLES = 1000;
/** The share of the sheet that a merged cell covers to be worth a word. */
const LARGE_MERGE = 0.5;

export function LineBanner({ bench }: { readonly bench: Workbench }): JSX.Element {
  const { queue } = bench;
  const count = queue?.size ?? 0;
  const problem = queue?.lineProblem ?? (bench.isUp ? null : NO_ANSWER);
  return (
    <div role="status">
      {problem !== null && (
        <p class="banner">
          {problem}{" "}
          {count === 0
            ? "Your changes are saved."
            : `${count === 1 ? "The changes of 1 sheet are" : `The changes of ${count} sheets are`} kept in this browser. Start the server with --port ${location.port} and open the address that it prints.`}
        </p>
      )}
    </div>
  );
}

interface SheetNotesProps {
  readonly opened: Opened;
  readonly takesLabel: boolean;
}

export function SheetNotes({ opened, takesLabel }: SheetNotesProps): JSX.Element {
  const sentences = notesOf(opened, takesLabel);
  return (
    <div role="status">
      {sentences.map((sentence) => (
        <p key={sentence} class="sheet-note">
          {sentence}
        </p>
      ))}
      {opened.cells.problem !== null && (
        <p class="sheet-note">
          Cells could not be read: {opened.cells.problem}{" "}
          <button type="button" onClick={() => opened.cells.retry()}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}

function notesOf(opened: Opened, takesLabel: boolean): string[] {
  const { extent, layout, merges, problem, tables, cut } = opened;
  const notes: string[] = [];
  if (problem !== null) notes.push(takesLabel ? `${problem} What you label is kept all the same.` : problem);
  if (layout.truncated) {
    notes.push(
      `The sheet has more than is read of it: ${extent.rows} rows and ${extent.cols} columns are shown.`,
    );
  }
  const large = merges.find((range) => rangeArea(range) > LARGE_MERGE * extent.rows * extent.cols);
  if (large !== undefined)
    notes.push("One merged cell covers most of the sheet. Excel shows the text of its first cell.");
  if (tables.length >= MANY_TABLES) {
    notes.push(`There are ${tables.length} tables on this sheet. K skips a sheet that teaches nothing.`);
  }
  if (cut !== null) {
    notes.push("Arrows or the pointer choose where to split. Enter or a click splits, Escape does not.");
  }
  return notes;
}
