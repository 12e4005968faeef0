/**
 * Keeps the side effects of `@wandb/sdk` 0.5.1 away from its user. Measured: `init` can wait 17 minutes or
 * for ever, `finish` for ever; it installs signal handlers that end the process with status 0; it prints to
 * the console; it begins the rows of every process at line 0 of the server's file. It has to run in a thread
 * of its own, because console and process listeners are replaced while it works.
 */

/** The part of the SDK's run that is used. The line numbers of rows are reached through `_messenger`. */
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
  /** In the server's form, every top-level value wrapped in `{ value }`: the SDK sends it unchanged. */
  readonly config: Record<string, unknown>;
  /** The server's line number of the first row. */
  readonly firstLine: number;
}

const SIGNALS = ["SIGINT", "SIGTERM", "beforeExit"] as const;
const CONSOLE = ["log", "info", "warn", "error", "debug"] as const;

/**
 * The life cycle: `open` starts a run, `log` hands over rows, `finish`, which has to be called once, ends
 * the run and gives the console back.
 */
export class FencedSdk {
  readonly #run: SdkRun;
  readonly #release: () => string[];

  private constructor(run: SdkRun, release: () => string[]) {
    this.#run = run;
    this.#release = release;
  }

  /**
   * Starts a run.
   *
   * @param timeLimit How long the SDK's `init` may take, in ms.
   * @throws {Error} Whatever the SDK did, in one message that does not contain the key.
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

  /** Hands over a row. The SDK never tells whether it arrived. */
  log(row: Readonly<Record<string, unknown>>, step: number): void {
    this.#run.log({ ...row }, step); // a copy, because the SDK writes into it
  }

  /**
   * Ends the run.
   *
   * @param timeLimit How long the SDK's `finish` may take, in ms.
   * @returns What the SDK printed in the meantime: this is how it reports trouble.
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

/** Does the work and removes the process listeners that it added. */
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

/**
 * Keeps the output of this thread's console. The returned function restores the console and gives the
 * output.
 */
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
