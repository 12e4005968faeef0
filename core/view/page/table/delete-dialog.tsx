/** Asks before runs are moved into the trash folder. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Done, PATHS } from "../../api.ts";
import { Dialog } from "../parts/dialog.tsx";
import { count } from "../parts/figures.ts";
import { usePage, usePageState } from "../parts/page-context.ts";

interface DeleteDialogProps {
  readonly ids: readonly string[];
  readonly onClose: () => void;
}

export function DeleteDialog({ ids, onClose }: DeleteDialogProps): JSX.Element {
  const { source, runs, store, say } = usePage();
  const state = usePageState();
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    const gone: string[] = [];
    try {
      for (const id of ids) {
        await source.send<Done>("DELETE", PATHS.run(id));
        runs.remove(id);
        gone.push(id);
      }
      say(`${count(gone.length, "run")} moved to the trash folder.`);
    } catch (error) {
      say((error as Error).message, true);
    }
    store.set({ run: state.run.filter((id) => !gone.includes(id)) });
    onClose();
  };
  return (
    <Dialog title={`Delete ${count(ids.length, "run")}?`} onClose={onClose}>
      <p>
        {ids.length === 1 ? "Its folder moves" : "Their folders move"} to the folder <code>.trash</code>{" "}
        beside {ids.length === 1 ? "it" : "them"}. Nothing is erased: move a folder back, and its run is here
        again.
      </p>
      <ul class="names">
        {ids.map((id) => (
          <li key={id}>{id}</li>
        ))}
      </ul>
      <div class="tools">
        <button type="button" class="danger" disabled={isBusy} onClick={() => void remove()}>
          Move to the trash
        </button>
        <button type="button" onClick={onClose}>
          Keep
        </button>
      </div>
    </Dialog>
  );
}
