/** Chromium for tests of pages, driven through playwright-core. */

import { afterAll, beforeAll } from "bun:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromiumPath } from "./browser-path.ts";
import { skipped } from "./skipped.ts";

/** True if tests with a browser have to be skipped. */
export function isBrowserMissing(): boolean {
  const isMissing = chromiumPath() === null;
  if (isMissing) skipped("tests of pages in a browser", "no Chromium on the path");
  return isMissing;
}

/** Starts the browser. A process of root, as in a container, has no sandbox of its own to start it in. */
function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath()!, args: ["--no-sandbox"], timeout: 100_000 });
}

/** A page and everything that went wrong on it. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors on the console, errors that nobody caught, and requests that failed. */
  readonly problems: readonly string[];
  /** The addresses that the page asked for, but for those that it holds itself. */
  readonly requests: readonly string[];
}

/** One browser for all tests of a file. */
export class SharedBrowser {
  #browser: Browser | null = null;

  constructor() {
    beforeAll(async () => {
      this.#browser = await launchBrowser();
    });
    afterAll(async () => {
      await this.#browser?.close();
    });
  }

  /** Opens an address in a window of its own, with cookies of its own. */
  async open(address: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
    const context = await this.#browser!.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const [problems, requests]: [string[], string[]] = [[], []];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("requestfailed", (request) => {
      // a stream of events ends with its page
      if (!request.url().endsWith("/events")) problems.push(`${request.method()} ${request.url()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith("data:")) requests.push(request.url());
    });
    await page.goto(address);
    return { page, problems, requests, [Symbol.asyncDispose]: () => context.close() };
  }
}
