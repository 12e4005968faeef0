/** What a report holds: the content of its element `<script type="application/json" id="data">`. */

import type { ConsoleText, EpochSheets, Histograms, RunDetails, RunList } from "./api.ts";
import type { EmbeddedColumns } from "./embedded-columns.ts";

export interface EmbeddedReport {
  /** The answers of the server, by the address that the page would ask. Those of sheets lack their marks. */
  readonly answers: Readonly<Record<string, RunList | RunDetails | Histograms | EpochSheets | ConsoleText>>;
  /** By the id of a run: its metrics, from which the page computes curves as the server does. */
  readonly columns: Readonly<Record<string, EmbeddedColumns>>;
  /** By the id of a run and the key of a sheet: its marks (`ShownSheet.marks`), once for all epochs. */
  readonly marks: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** A sentence for each thing that is left out. */
  readonly leftOut: readonly string[];
}
