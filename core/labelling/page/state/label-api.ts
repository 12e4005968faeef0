/** Asks the server of `bun run label`. */

import { listenForEvents } from "../../../view/page/data/event-line.ts";
import type {
  CellBlock,
  LabelEvents,
  LabelList,
  OpenedSheet,
  TrainingRequest,
  TrainingState,
} from "../../label-messages.ts";
import type { Unsaved } from "./save-queue.ts";

const ROOT = "/api/label";
const JSON_TYPE = { "content-type": "application/json" };

export interface LabelListener {
  onEvent<Name extends keyof LabelEvents>(name: Name, data: LabelEvents[Name]): void;
  /** The line to the server works, or is gone and is tried again. */
  onLine(isUp: boolean): void;
}

export class LabelApi {
  list(): Promise<LabelList> {
    return ask<LabelList>(ROOT);
  }

  sheet(id: string): Promise<OpenedSheet> {
    return ask<OpenedSheet>(sheetAddress(id));
  }

  cells(id: string, top: number, left: number, rows: number, cols: number): Promise<CellBlock> {
    return ask<CellBlock>(`${sheetAddress(id)}/cells?top=${top}&left=${left}&rows=${rows}&cols=${cols}`);
  }

  train(request: TrainingRequest): Promise<TrainingState> {
    return ask<TrainingState>(`${ROOT}/training`, {
      method: "POST",
      headers: JSON_TYPE,
      body: JSON.stringify(request),
    });
  }

  /** The answer as it is: the queue of changes tells its statuses apart. */
  put(id: string, { version, edit }: Unsaved): Promise<Response> {
    const body = JSON.stringify({ version, ...edit });
    return fetch(sheetAddress(id), { method: "PUT", headers: JSON_TYPE, body });
  }

  /** Listens until the page is closed. */
  listen(listener: LabelListener): void {
    listenForEvents(
      `${ROOT}/events`,
      ["list", "training"] as const,
      (name, data) => listener.onEvent(name, JSON.parse(data)),
      (isUp) => listener.onLine(isUp),
    );
  }
}

function sheetAddress(id: string): string {
  return `${ROOT}/sheets/${encodeURIComponent(id)}`;
}

/** @throws {Error} With a sentence for people. */
async function ask<Answer>(address: string, request: RequestInit = {}): Promise<Answer> {
  const response = await fetch(address, request).catch(() => {
    throw new Error("The server does not answer. Is it still running?");
  });
  if (response.ok) return (await response.json()) as Answer;
  const problem = (await response.json().catch(() => null)) as { error?: string } | null;
  throw new Error(problem?.error ?? `The server answered ${response.status} ${response.statusText}`);
}
