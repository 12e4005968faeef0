/** Runs W&B's own terminal viewer, `wandb leet`, in a terminal of the test's. */

import { skipped } from "./skipped.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { until } from "./until.ts";
import { WANDB_CLI } from "./wandb-python-client.ts";

/** False where there is no `wandb`, or one from before the viewer. */
export const HAS_LEET = WANDB_CLI !== null && hasLeet(WANDB_CLI);

if (WANDB_CLI !== null && !HAS_LEET) skipped("tests with wandb leet", "this wandb has no such command");

function hasLeet(cli: string): boolean {
  const env = { ...process.env, WANDB_ERROR_REPORTING: "false" };
  return Bun.spawnSync([cli, "leet", "--help"], { stdout: "ignore", stderr: "ignore", env }).exitCode === 0;
}

const COLUMNS = 160;
const ROWS = 60;
/** How often the screen is looked at before the terminal changes its size. */
const LOOKS_PER_SIZE = 100;
const ERASE_ALL = "\u001b[2J";

/** The viewer, as long as it is open. Disposal closes it. */
export class Leet implements AsyncDisposable {
  readonly #home = temporaryFolder("leet-home");
  readonly #process: Bun.Subprocess;
  readonly #decoder = new TextDecoder();
  #written = "";

  /** @param args What follows `wandb leet`. */
  constructor(args: readonly string[], cwd?: string) {
    const home = this.#home.path;
    this.#process = Bun.spawn([WANDB_CLI!, "leet", ...args], {
      cwd: cwd ?? home,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        TERM: "xterm-256color",
        LANG: "C.UTF-8",
        WANDB_CONFIG_DIR: home,
        WANDB_ERROR_REPORTING: "false",
      },
      terminal: {
        cols: COLUMNS,
        rows: ROWS,
        data: (_terminal, data) => {
          this.#written += this.#decoder.decode(data, { stream: true });
        },
      },
    });
  }

  /** What it has drawn since it last drew everything anew. */
  get #screen(): string {
    return Bun.stripANSI(this.#written.slice(Math.max(0, this.#written.lastIndexOf(ERASE_ALL))));
  }

  /**
   * Waits until it shows a text. It draws only what changes, so its terminal changes its size now and then,
   * which makes it draw everything.
   *
   * @throws {Error} If it ends before.
   */
  shows(text: string): Promise<void> {
    let looks = 0;
    const isShown = () => {
      if (++looks % LOOKS_PER_SIZE === 0) {
        this.#process.terminal!.resize(COLUMNS + ((looks / LOOKS_PER_SIZE) % 2), ROWS);
      }
      return this.#screen.includes(text);
    };
    return until(isShown, this.#process);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.exited;
    this.#process.terminal?.close();
    this.#home.remove();
  }
}
