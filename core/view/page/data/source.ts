/** Where the page gets its answers: the server that it came from, or the answers that a report holds. */

import { type ApiError, type EpochSheets, PATHS, type RunEvents } from "../../api.ts";
import type { EmbeddedReport } from "../../embedded-report.ts";
import { EmbeddedCurves } from "./embedded-curves.ts";
import { listenForEvents } from "./event-line.ts";

/** What the page hears while it is open. */
interface Listener {
  onEvent<Name extends keyof RunEvents>(name: Name, data: RunEvents[Name]): void;
  /** The line to the server works, or is gone and is tried again. */
  onLine(isUp: boolean): void;
}

export interface Source {
  /** True: there is a server, which follows runs and changes them. */
  readonly isLive: boolean;
  /** A sentence for each thing that a report leaves out. */
  readonly leftOut: readonly string[];
  /** @throws {Error} With a sentence for people. */
  get<Answer>(address: string): Promise<Answer>;
  /** @throws {Error} As `get`. */
  send<Answer>(method: "PUT" | "POST" | "DELETE", address: string, body?: unknown): Promise<Answer>;
  /** Listens until the page is closed. */
  listen(listener: Listener): void;
}

/** The source of this page. @param document Holds the answers of a report, if it is one. */
export function sourceOf(document: Document): Source {
  const data = document.querySelector('script[type="application/json"]#data');
  return data === null ? new Server() : new Embedded(JSON.parse(data.textContent ?? "{}"));
}

class Server implements Source {
  readonly isLive = true;
  readonly leftOut = [];

  async get<Answer>(address: string): Promise<Answer> {
    return this.#ask<Answer>(address, {});
  }

  async send<Answer>(method: string, address: string, body?: unknown): Promise<Answer> {
    const headers = { "Content-Type": "application/json" };
    return this.#ask<Answer>(address, {
      method,
      ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }),
    });
  }

  listen(listener: Listener): void {
    listenForEvents(
      PATHS.events,
      ["run", "rows", "gone"] as const,
      (name, data) => listener.onEvent(name, JSON.parse(data)),
      (isUp) => listener.onLine(isUp),
    );
  }

  async #ask<Answer>(address: string, request: RequestInit): Promise<Answer> {
    const response = await fetch(address, request).catch(() => {
      throw new Error("The viewer does not answer. Is it still running?");
    });
    if (response.ok) return (await response.json()) as Answer;
    const problem = (await response.json().catch(() => null)) as ApiError | null;
    throw new Error(problem?.error ?? `The viewer answered ${response.status} ${response.statusText}`);
  }
}

class Embedded implements Source {
  readonly isLive = false;
  readonly leftOut: readonly string[];
  readonly #report: EmbeddedReport;
  readonly #curves: EmbeddedCurves;

  constructor(report: EmbeddedReport) {
    this.leftOut = report.leftOut;
    this.#report = report;
    this.#curves = new EmbeddedCurves(report.columns);
  }

  async get<Answer>(address: string): Promise<Answer> {
    const answer =
      this.#sheets(address) ?? this.#report.answers[address] ?? (await this.#curves.answer(address));
    if (answer === null) throw new Error("This report does not hold that.");
    return answer as Answer;
  }

  send<Answer>(): Promise<Answer> {
    return Promise.reject(new Error("A report changes nothing. Open the run in the viewer."));
  }

  listen(): void {}

  /** The answer to an address of sheets, with their marks; null if it is none. */
  #sheets(address: string): EpochSheets | null {
    const id = /^\/api\/runs\/([^/]+)\/sheets\?/.exec(address)?.[1];
    const marks = id === undefined ? undefined : this.#report.marks[decodeURIComponent(id)];
    const answer = this.#report.answers[address] as EpochSheets | undefined;
    if (marks === undefined || answer === undefined) return null;
    const sheets = answer.sheets.map((sheet) => ({ ...sheet, marks: marks[sheet.key] ?? [] }));
    return { ...answer, sheets };
  }
}
