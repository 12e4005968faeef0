/** Asks whose label stays when a sheet was changed elsewhere: both are shown, and neither is lost. */

import type { JSX } from "preact";
import { counted } from "../../../base/text-layout.ts";
import { Dialog } from "../../../view/page/parts/dialog.tsx";
import type { Edit } from "../state/edit-history.ts";
import type { Conflict } from "../state/save-queue.ts";
import type { Workbench } from "../state/workbench.ts";

/** More ranges than this are counted alone. */
const MOST_RANGES = 60;

interface ConflictDialogProps {
  readonly bench: Workbench;
  readonly conflict: Conflict;
}

export function ConflictDialog({ bench, conflict }: ConflictDialogProps): JSX.Element {
  const { mine, theirs } = conflict;
  const who = theirs.by === null ? "Somebody" : theirs.by;
  return (
    <Dialog title="This label was changed elsewhere" onClose={() => bench.settle(false)}>
      <p>
        {who} changed the label of this sheet {theirs.at === null ? "" : `(${theirs.at}) `}while you did.
        Choose which one to keep. The other one stays a step of undo.
      </p>
      <div class="both">
        <Side title="Yours" edit={mine} />
        <Side title="The saved one" edit={theirs} />
      </div>
      <div class="buttons">
        <button type="button" class="main" onClick={() => bench.settle(true)}>
          Keep mine
        </button>
        <button type="button" onClick={() => bench.settle(false)}>
          Take the saved one
        </button>
      </div>
    </Dialog>
  );
}

function Side({ title, edit }: { readonly title: string; readonly edit: Edit }): JSX.Element {
  const more = edit.tables.length - MOST_RANGES;
  return (
    <section>
      <h3>{title}</h3>
      <p>
        {edit.state}, {counted(edit.tables.length, "table")}
        {edit.confidence === null ? "" : `, ${edit.confidence} confidence`}
      </p>
      <p>
        {edit.tables.slice(0, MOST_RANGES).map((range) => (
          <code key={range}>{range} </code>
        ))}
        {more > 0 && `and ${more} more`}
      </p>
      {edit.note !== "" && <p class="notes">{edit.note}</p>}
    </section>
  );
}
