/** Edits the tags and notes of runs. With several runs, the tags are added to those that they have. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { PATHS, type Remarks, type RunRow } from "../../api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { count } from "../parts/figures.ts";
import { usePage } from "../parts/page-context.ts";

interface RemarksDialogProps {
  readonly ids: readonly string[];
  readonly onClose: () => void;
}

export function RemarksDialog({ ids, onClose }: RemarksDialogProps): JSX.Element {
  const { source, runs, say } = usePage();
  const only = ids.length === 1 ? runs.rows.get(ids[0]!) : undefined;
  const [tags, setTags] = useState(only?.tags.join(", ") ?? "");
  const [notes, setNotes] = useState(only?.notes ?? "");
  const save = async () => {
    const given = tags
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean);
    try {
      for (const id of ids) {
        const run = runs.rows.get(id);
        if (run === undefined) continue;
        const remarks: Remarks = only
          ? { tags: given, notes }
          : { tags: [...new Set([...run.tags, ...given])], notes: run.notes };
        runs.put(await source.send<RunRow>("PUT", PATHS.remarks(id), remarks));
      }
      say("Saved.");
      onClose();
    } catch (error) {
      say((error as Error).message, true);
    }
  };
  return (
    <Dialog
      title={only ? `Tags and notes of ${only.id}` : `Tags for ${count(ids.length, "run")}`}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label class="field">
          Tags, separated by commas
          <input type="text" value={tags} onInput={(event) => setTags(event.currentTarget.value)} />
        </label>
        {only !== undefined && (
          <label class="field">
            Notes
            <textarea rows={6} value={notes} onInput={(event) => setNotes(event.currentTarget.value)} />
          </label>
        )}
        <p class="soft">They are kept in the run's folder, in remarks.json.</p>
        <div class="tools">
          <button type="submit" class="main">
            Save
          </button>
          <button type="button" onClick={onClose}>
            Leave as it is
          </button>
        </div>
      </form>
    </Dialog>
  );
}
