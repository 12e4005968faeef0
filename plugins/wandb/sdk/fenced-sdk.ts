/**
 * `@wandb/sdk` 0.5.1 behind a fence. What was measured of it: `init` can wait for ever or 17 minutes, `finish` for ever;
 * it installs signal handlers that end the process with status 0; it prints to the console; it begins every process's
 * rows at line 0 of the server's file. It is meant to run in a thread of its own, whose console and process
 * listeners are not those of the training.
 */

/** The part of the SDK's run that is used. `_messenger` is its way to the rows' line numbers. */
interface SdkRun {
  log(data: Record<string, unknown>, step: number): void;
  finish(exitCode: number): Promise<void>;
  readonly _messenger?: {
    readonly sender?: { readonly filestream?: { readonly lastChunks?: Record<string, { offset: number }> } };
  };
}

export interface SdkOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly entity: string;
  readonly project: string;
  readonly runId: string;
  readonly displayName: string;
  /** Every top-level value wrapped in `{ value }`, as the server takes it: the SDK sends it as it is. */
  readonly config: Record<string, unknown>;
  /** The server's line number of the first row. */
  readonly firstLine: number;
}

const SIGNALS = ["SIGINT", "SIGTERM", "beforeExit"] as const;
const CONSOLE = ["log", "info", "warn", "error", "debug"] as const;

export class FencedSdk {
  readonly #run: SdkRun;
  readonly #release: () => string[];

  private constructor(run: SdkRun, release: () => string[]) {
    this.#run = run;
    this.#release = release;
  }

  /**
   * @param timeLimit For the SDK's `init`, ms.
   * @throws {Error} In one message, without the key, whatever the SDK did.
   */
  static async open(options: SdkOptions, timeLimit: number): Promise<FencedSdk> {
    const release = captureConsole(options.apiKey);
    try {
      const { default: wandb } = await import("@wandb/sdk");
      const run = (await withoutListeners(() =>
        withLimit(
          wandb.init({
            entity: options.entity,
            project: options.project,
            id: options.runId,
            name: options.displayName,
            config: options.config,
            settings: { apiKey: options.apiKey, baseUrl: options.baseUrl, offline: false, silent: true },
          }),
          timeLimit,
          "init() did not end",
        ),
      )) as unknown as SdkRun;
      if (options.firstLine > 0) {
        const rows = run._messenger?.sender?.filestream?.lastChunks?.["wandb-history.jsonl"];
        if (!rows) throw new Error("cannot go on with a run that has rows already");
        rows.offset = options.firstLine;
      }
      return new FencedSdk(run, release);
    } catch (error) {
      const printed = release();
      throw new Error([redact((error as Error).message, options.apiKey), ...printed.slice(0, 1)].join("; "));
    }
  }

  /** Hands over a row. The SDK gives no answer, then or later. */
  log(row: Readonly<Record<string, unknown>>, step: number): void {
    this.#run.log({ ...row }, step); // a copy: the SDK writes into what it gets
  }

  /**
   * Ends the run.
   *
   * @returns What the SDK printed meanwhile: its only way to speak of trouble.
   * @throws {Error} If it does not end in time.
   */
  async finish(exitCode: number, timeLimit: number): Promise<string[]> {
    try {
      await withLimit(this.#run.finish(exitCode), timeLimit, "finish() did not end");
    } catch (error) {
      this.#release();
      throw error;
    }
    return this.#release();
  }
}

async function withLimit<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  const { promise: limit, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} within ${ms / 1000} s`)), ms);
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs something and removes the process listeners that it added. */
async function withoutListeners<T>(work: () => Promise<T>): Promise<T> {
  const before = new Map(SIGNALS.map((name) => [name, new Set(process.listeners(name as "exit"))]));
  try {
    return await work();
  } finally {
    for (const [name, known] of before) {
      for (const listener of process.listeners(name as "exit")) {
        if (!known.has(listener)) process.removeListener(name, listener);
      }
    }
  }
}

/** Keeps this thread's console output instead of printing it. The returned function ends that and gives it back. */
function captureConsole(apiKey: string): () => string[] {
  const lines: string[] = [];
  const originals = CONSOLE.map((name) => [name, console[name]] as const);
  for (const name of CONSOLE) {
    console[name] = (...values: unknown[]) => {
      if (lines.length < 100) lines.push(redact(values.map(oneLine).join(" "), apiKey));
    };
  }
  return () => {
    for (const [name, original] of originals) console[name] = original;
    return lines.splice(0);
  };
}

function oneLine(value: unknown): string {
  const text =
    value instanceof Error ? value.message : typeof value === "string" ? value : Bun.inspect(value);
  return text.replace(/\s+/g, " ").slice(0, 200);
}

function redact(text: string, apiKey: string): string {
  const encoded = Buffer.from(`api:${apiKey}`).toString("base64");
  return text.replaceAll(apiKey, "…").replaceAll(encoded, "…");
}
