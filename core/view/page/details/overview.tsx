/** What a run is and what to do with it: its figures, its checkpoints, commands, environment, settings. */

import type { JSX } from "preact";
import type { RunDetails, RunRow } from "../../api.ts";
import { CopyLine } from "../parts/copy-line.tsx";
import { bytes, duration, figure, metricFigure, moment, score } from "../parts/figures.ts";
import { StatusMark } from "../parts/status-mark.tsx";
import { RunControl } from "./run-control.tsx";

interface OverviewProps {
  /** As the table knows it, which follows the run. */
  readonly run: RunRow;
  readonly details: RunDetails;
}

export function Overview({ run, details }: OverviewProps): JSX.Element {
  const { epochs, maxEpochs, steps, totalSteps } = run;
  return (
    <>
      <h2 class="title">{run.name || run.id}</h2>
      <p class="soft">{run.id}</p>
      {run.problems.map((problem) => (
        <p key={problem} class="warn-line">
          {problem}
        </p>
      ))}
      <div class="tiles">
        <Tile value={<StatusMark status={run.status} />} what={run.reason ?? "status"} />
        <Tile
          value={run.bestF1 === null ? "–" : score(run.bestF1)}
          what={run.bestEpoch === null ? "best F1" : `best F1, epoch ${run.bestEpoch}`}
        />
        <Tile value={`${epochs ?? "–"}${maxEpochs === null ? "" : ` / ${maxEpochs}`}`} what="epochs" />
        <Tile value={figure(steps)} what={totalSteps === null ? "steps" : `of ${figure(totalSteps)} steps`} />
        <Tile value={duration(run.durationSeconds)} what={`since ${moment(run.started)}`} />
        {remaining(run) !== null && <Tile value={duration(remaining(run))} what="to go" />}
      </div>
      <RunControl run={run} />
      {(run.tags.length > 0 || run.notes !== "") && (
        <section>
          <h3>Remarks</h3>
          <p>
            {run.tags.map((tag) => (
              <span key={tag} class="tag">
                {tag}
              </span>
            ))}
          </p>
          <p class="notes">{run.notes}</p>
        </section>
      )}
      <Checkpoints details={details} />
      <Commands details={details} />
      <div class="columns">
        <Facts title="Newest values" facts={details.summary} text={metricFigure} />
        <Facts title="Data and network" facts={details.facts} text={(_, value) => figure(value)} />
        <Facts
          title="Environment"
          facts={{
            ...details.environment,
            ...(details.commit === null ? {} : { "git commit": details.commit }),
            ...(run.device === null ? {} : { device: run.device }),
          }}
          text={(_, value) => value}
        />
        <Facts
          title="Settings"
          facts={details.settings}
          text={(_, value) => (value === null || value === "" ? "none" : String(value))}
        />
      </div>
    </>
  );
}

/** The time that the rest of a running training takes at the speed so far, s. */
function remaining({ status, steps, totalSteps, durationSeconds }: RunRow): number | null {
  if (status !== "running" || !steps || totalSteps === null || durationSeconds === null) return null;
  return (durationSeconds / steps) * Math.max(0, totalSteps - steps);
}

function Tile({ value, what }: { readonly value: JSX.Element | string; readonly what: string }): JSX.Element {
  return (
    <div class="tile">
      <b>{value}</b>
      <span>{what}</span>
    </div>
  );
}

function Checkpoints({ details }: { readonly details: RunDetails }): JSX.Element {
  const { checkpoints } = details;
  const names = [...new Set(checkpoints.flatMap(({ metrics }) => Object.keys(metrics)))];
  return (
    <section>
      <h3>Checkpoints</h3>
      {checkpoints.length === 0 ? (
        <p class="soft">None. They are written at the end of an epoch, if the plugin checkpoint is on.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls a wide table
        <section class="scroll" tabIndex={0} aria-label="Checkpoints">
          <table>
            <thead>
              <tr>
                <th>file</th>
                <th class="num">epoch</th>
                <th class="num">size</th>
                <th class="num">written</th>
                {names.map((name) => (
                  <th key={name} class="num">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {checkpoints.map((checkpoint) => (
                <tr key={checkpoint.name}>
                  <td>{checkpoint.name}</td>
                  <td class="num">{checkpoint.epoch ?? "–"}</td>
                  <td class="num">{bytes(checkpoint.bytes)}</td>
                  <td class="num">{moment(checkpoint.written)}</td>
                  {names.map((name) => (
                    <td key={name} class="num">
                      {metricFigure(name, checkpoint.metrics[name])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Commands({ details }: { readonly details: RunDetails }): JSX.Element | null {
  const { resume, evaluate, predict } = details.commands;
  if (resume === null && evaluate === null && predict === null) return null;
  return (
    <section>
      <h3>Commands</h3>
      {resume !== null && <CopyLine text={resume} what="resumes the run" />}
      {evaluate !== null && <CopyLine text={evaluate} what="evaluates it" />}
      {predict !== null && <CopyLine text={predict} what="finds tables with it" />}
    </section>
  );
}

interface FactsProps<Value> {
  readonly title: string;
  readonly facts: Readonly<Record<string, Value>>;
  readonly text: (name: string, value: Value) => string;
}

function Facts<Value>({ title, facts, text }: FactsProps<Value>): JSX.Element | null {
  const entries = Object.entries(facts);
  if (entries.length === 0) return null;
  return (
    <section class="facts">
      <h3>{title}</h3>
      <dl>
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text(name, value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
