/** Fine-tuning from the page: start, progress by epoch, figures before and after, sheets still wrong. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { counted } from "../../../base/text-layout.ts";
import type { FineTuning } from "../../../evaluation/fine-tuning.ts";
import { Dialog } from "../../../view/page/parts/dialog.tsx";
import type { TrainingState } from "../../label-messages.ts";
import type { Workbench } from "../state/workbench.ts";

const FOLDS = [0, 3, 5, 10] as const;
/** The curve's box, px. */
const [CURVE_WIDTH, CURVE_HEIGHT] = [480, 110];
/** No more sheets are listed. */
const MOST_WRONG = 100;

interface TrainingDialogProps {
  readonly bench: Workbench;
  readonly onClose: () => void;
}

export function TrainingDialog({ bench, onClose }: TrainingDialogProps): JSX.Element {
  const { training } = bench;
  const labelled = bench.rows.filter((row) => bench.stateOf(row) === "labelled").length;
  return (
    <Dialog title="Fine-tune on your labels" onClose={onClose}>
      {training?.state === "running" ? (
        <Running bench={bench} training={training} />
      ) : (
        <Start bench={bench} labelled={labelled} />
      )}
      {training !== null && training.message !== "" && (
        <p class={training.state === "failed" ? "refusal" : "soft"} role="status">
          {training.message}
        </p>
      )}
      {training !== null && training.rows.length > 0 && <Epochs training={training} />}
      {training?.result != null && <Result bench={bench} result={training.result} onClose={onClose} />}
      {training?.run != null && (
        <p class="soft small">
          The run: <code>{training.run}</code>
        </p>
      )}
    </Dialog>
  );
}

function Start({ bench, labelled }: { readonly bench: Workbench; readonly labelled: number }): JSX.Element {
  const [folds, setFolds] = useState(0);
  return (
    <>
      <p>
        Trains the shipped weights further on the {counted(labelled, "sheet")} that you labelled. Open sheets
        are left out. Nothing leaves this machine.
      </p>
      <div class="buttons">
        <label>
          Validate{" "}
          <select value={folds} onChange={(event) => setFolds(Number(event.currentTarget.value))}>
            {FOLDS.map((count) => (
              <option key={count} value={count}>
                {count === 0 ? "on a part of the sheets" : `each sheet once, in ${count} folds`}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="main"
          disabled={labelled === 0}
          onClick={() => void bench.train(folds === 0 ? { action: "start" } : { action: "start", folds })}
        >
          Start
        </button>
      </div>
    </>
  );
}

function Running({
  bench,
  training,
}: {
  readonly bench: Workbench;
  readonly training: TrainingState;
}): JSX.Element {
  const { epoch, epochs } = training;
  return (
    <>
      <p>{epoch === null ? "Starting …" : `Epoch ${epoch}${epochs === null ? "" : ` of ${epochs}`}`}</p>
      <progress class="wide" max={epochs ?? 1} value={epoch ?? 0} aria-label="Epochs of the training" />
      <div class="buttons">
        <button type="button" onClick={() => void bench.train({ action: "stop" })}>
          Stop
        </button>
      </div>
    </>
  );
}

function Epochs({ training }: { readonly training: TrainingState }): JSX.Element {
  const { rows } = training;
  const last = rows.at(-1)!;
  const f1 = rows.map((row) => row.f1);
  return (
    <figure class="epochs">
      <figcaption>
        F1 by epoch{last.f1 === null ? "" : `, now ${last.f1.toFixed(3)}`}
        {last.loss === null ? "" : `; loss ${last.loss.toFixed(3)}`}
      </figcaption>
      <svg viewBox={`0 0 ${CURVE_WIDTH} ${CURVE_HEIGHT}`} role="img" aria-label="F1 by epoch">
        {[0, 0.5, 1].map((value) => (
          <line key={value} class="rule" x1="0" x2={CURVE_WIDTH} y1={yOf(value)} y2={yOf(value)} />
        ))}
        <polyline points={pointsOf(f1)} />
      </svg>
    </figure>
  );
}

function yOf(value: number): number {
  return 4 + (1 - value) * (CURVE_HEIGHT - 8);
}

function pointsOf(values: readonly (number | null)[]): string {
  const step = CURVE_WIDTH / Math.max(1, values.length - 1);
  return values.flatMap((value, at) => (value === null ? [] : [`${at * step},${yOf(value)}`])).join(" ");
}

interface ResultProps {
  readonly bench: Workbench;
  readonly result: FineTuning;
  readonly onClose: () => void;
}

function Result({ bench, result, onClose }: ResultProps): JSX.Element {
  const { before, after, folds, sheets } = result;
  return (
    <section>
      <h3>Before and after, on the same sheets{folds === null ? "" : ` (${folds} folds)`}</h3>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">F1</th>
              <th scope="col">before</th>
              <th scope="col">after</th>
            </tr>
          </thead>
          <tbody>
            <Figures name="edges within 2 cells" before={before?.f1_eob_2 ?? null} after={after.f1_eob_2} />
            <Figures name="edges exact" before={before?.f1_eob_0 ?? null} after={after.f1_eob_0} />
          </tbody>
        </table>
      </div>
      <h3>{sheets.length === 0 ? "No sheet is wrong any more" : `Still wrong: ${sheets.length} sheets`}</h3>
      <ul class="wrong">
        {sheets.slice(0, MOST_WRONG).map(({ workbook, sheet, worst_eob }) => {
          const row = bench.rows.find((each) => each.workbook === workbook && each.sheet === sheet);
          const words = worst_eob === null ? "a table missed or too many" : `an edge is off by ${worst_eob}`;
          return (
            <li key={`${workbook} ${sheet}`}>
              {row === undefined ? (
                sheet
              ) : (
                <a href={`#${encodeURIComponent(row.id)}`} onClick={onClose}>
                  {sheet}
                </a>
              )}{" "}
              <small class="soft">
                {workbook}: {words}
              </small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface FiguresProps {
  readonly name: string;
  /** null: the training began with random weights. */
  readonly before: number | null;
  readonly after: number;
}

function Figures({ name, before, after }: FiguresProps): JSX.Element {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{before === null ? "–" : before.toFixed(3)}</td>
      <td>
        <b>{after.toFixed(3)}</b>
      </td>
    </tr>
  );
}
