/** Tests the viewer's server without a browser: whom it answers, what it answers, and what it tells live. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { acquireFolderLock } from "../../core/files/folder-lock.ts";
import { RunSet } from "../../core/runs/run-set.ts";
import { type ApiError, PATHS, type RunList } from "../../core/view/api.ts";
import type { PageServer } from "../../core/view/page-server.ts";
import { startViewServer } from "../../core/view/view-server.ts";
import { recordedRow, writeRecordedRun } from "../support/recorded-run.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const folder = sharedFolder("view");
const runs = folder.join("runs");
const BUNDLE = { script: "// the page's program", style: "/* its style */" };
const HOSTILE = "<script>alert('&\"')<∕script> %2e%2e";
const WITHOUT_TOKEN: Record<string, string>[] = [
  {},
  { authorization: "Bearer wrong" },
  { cookie: "tablesense2-view=x; a" },
];
let server: PageServer;

beforeAll(() => {
  for (const name of ["one", HOSTILE]) writeRecordedRun(join(runs, name));
  folder.write("secret", "a file beside the runs");
  server = startViewServer(new RunSet([runs]), BUNDLE, 0);
});
afterAll(() => server[Symbol.asyncDispose]());

const base = () => `http://127.0.0.1:${server.port}`;
const ask = (path: string, init: RequestInit = {}) =>
  fetch(base() + path, {
    redirect: "manual",
    ...init,
    headers: { authorization: `Bearer ${server.token}`, ...init.headers },
  });
const asked = async <T>(path: string, init?: RequestInit) => (await (await ask(path, init)).json()) as T;
const send = (method: string, value: unknown): RequestInit => ({
  method,
  body: JSON.stringify(value),
  headers: { "content-type": "application/json" },
});

/** The answer to a request as it is written: fetch() sends no other host and no path with dots. */
function raw(lines: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    let text = "";
    socket.on("data", (data) => {
      text += data.toString();
    });
    socket.on("close", () => done(text));
    socket.on("error", fail);
  });
}

describe("whom the viewer answers", () => {
  test("nobody without the token", async () => {
    for (const path of ["/", "/api/runs", "/api/events", "/assets/page.js", "/?token=wrong"]) {
      for (const headers of WITHOUT_TOKEN) {
        const response = await fetch(base() + path, { headers, redirect: "manual" });
        expect([path, response.status]).toEqual([path, 401]);
        expect(((await response.json()) as ApiError).error).toContain("it holds a token");
      }
    }
  });

  test("the address with the token leads to the page without it, by a cookie that no script reads", async () => {
    const first = await fetch(server.address, { redirect: "manual" });
    expect([first.status, first.headers.get("location")]).toEqual([303, "/"]);
    const cookie = first.headers.get("set-cookie")!;
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: `other=1; ${cookie.split(";")[0]!}` };
    const page = await fetch(`${base()}/`, { headers });
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(await page.text()).toContain('<div id="app">');
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
    expect((await fetch(`${base()}/api/runs`, { headers })).status).toBe(200);
    // The state of the page stays in the address.
    const deep = await ask(`/curves?run=one&token=${server.token}`);
    expect([deep.status, deep.headers.get("location")]).toEqual([303, "/curves?run=one"]);
  });

  test("no other name that leads to this machine", async () => {
    const token = `Authorization: Bearer ${server.token}`;
    for (const host of [
      "evil.example",
      `evil.example:${server.port}`,
      "127.0.0.1",
      `127.0.0.1:${server.port}.evil`,
    ]) {
      const answer = await raw(["GET /api/runs HTTP/1.1", `Host: ${host}`, token, "Connection: close"]);
      expect([host, answer.split("\r\n")[0]]).toEqual([host, expect.stringContaining("421")]);
    }
    const local = `localhost:${server.port}`;
    const answer = await raw(["GET /api/runs HTTP/1.1", `Host: ${local}`, token, "Connection: close"]);
    expect(answer).toContain("200 OK");
  });

  test("no script and no form of another page, even with the cookie", async () => {
    const others: Record<string, string>[] = [
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${server.port + 1}` },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" },
    ];
    for (const headers of others) {
      expect((await ask("/api/runs", { headers })).status).toBe(403);
    }
    const own = { origin: base(), "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" };
    expect((await ask("/api/runs", { headers: own })).status).toBe(200);
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await ask("/", { headers: link })).status).toBe(200);
    const form = { method: "POST", body: "action=stop", headers: { "content-type": "text/plain" } };
    expect((await ask(PATHS.control("one"), form)).status).toBe(415);
  });
});

describe("what the viewer answers", () => {
  test("runs by their ids, with hostile names as they are", async () => {
    const { folder: shown, runs: rows } = await asked<RunList>(PATHS.runs);
    expect([shown, rows.map(({ id }) => id).sort()]).toEqual([runs, [HOSTILE, "one"]]);
    expect(await asked(PATHS.run(HOSTILE))).toMatchObject({ id: HOSTILE, sheetEpochs: [1, 2] });
    expect(await asked(`${PATHS.curves("one")}?names=val/f1,nothing&x=epoch`)).toEqual({
      "val/f1": { x: [1, 2], min: [0.5, 0.25], max: [0.5, 0.25], last: [0.5, 0.25], rows: 2, isWhole: true },
    });
    expect(await asked(`${PATHS.curves("one")}?name=val/f1&name=train/loss`)).toMatchObject({
      "train/loss": {},
    });
    expect(Object.keys(await asked<object>(PATHS.curves("one")))).toHaveLength(3);
    expect(await asked(`${PATHS.histograms("one")}?name=gradients/a`)).toMatchObject({ steps: [10, 20] });
    expect(await asked(`${PATHS.sheets("one")}?epoch=1`)).toMatchObject({ epoch: 1, leftOut: 3 });
    expect(await asked(`${PATHS.console("one")}?from=8`)).toEqual({
      text: "epoch 2\n",
      next: 16,
      more: false,
    });
    const script = await ask("/assets/page.js");
    expect([script.headers.get("content-type"), await script.text()]).toEqual([
      "text/javascript; charset=utf-8",
      BUNDLE.script,
    ]);
    expect(await (await ask("/assets/page.css")).text()).toBe(BUNDLE.style);
  });

  test("no path outside of the runs", async () => {
    const token = [
      `Host: 127.0.0.1:${server.port}`,
      `Authorization: Bearer ${server.token}`,
      "Connection: close",
    ];
    for (const id of [
      "..",
      "%2e%2e",
      "..%2f..%2fsecret",
      "%2e%2e%2fsecret",
      "one%2f..",
      "%00",
      "one%00",
      ".trash",
    ]) {
      for (const rest of ["", "/console", "/curves"]) {
        const answer = await raw([`GET /api/runs/${id}${rest} HTTP/1.1`, ...token]);
        expect([id, answer.includes("404") || answer.includes("400")]).toEqual([id, true]);
        expect(answer).not.toContain("a file beside the runs");
      }
    }
    for (const path of ["/assets/../secret", "/assets/%2e%2e/api.ts", "/assets/page.tsx", "/../secret"]) {
      const answer = await raw([`GET ${path} HTTP/1.1`, ...token]);
      expect(answer).not.toContain("a file beside the runs");
      expect(answer).not.toContain("export ");
    }
  });

  test("a sentence and a status for requests that make no sense", async () => {
    for (const [path, init, status] of [
      ["/api/nothing", {}, 404],
      [PATHS.run("nothing"), {}, 404],
      ["/api/runs/%ff", {}, 400],
      [`${PATHS.curves("one")}?x=hour`, {}, 400],
      [`${PATHS.curves("one")}?buckets=0`, {}, 400],
      [`${PATHS.curves("one")}?buckets=1e9`, {}, 400],
      [`${PATHS.curves("one")}?smooth=1`, {}, 400],
      [`${PATHS.curves("one")}?from=left`, {}, 400],
      [PATHS.sheets("one"), {}, 400],
      [`${PATHS.sheets("one")}?epoch=9`, {}, 404],
      [`${PATHS.console("one")}?from=-1`, {}, 400],
      [PATHS.remarks("one"), send("PUT", { tags: 1 }), 409],
      [PATHS.remarks("one"), { ...send("PUT", {}), body: "{" }, 400],
      [PATHS.control("one"), send("POST", { action: "reboot" }), 400],
      [PATHS.control("one"), send("POST", { action: "stop" }), 409],
      [PATHS.runs, { method: "POST" }, 404],
      ["/", { method: "POST" }, 405],
    ] as const) {
      const response = await ask(path, init as RequestInit);
      expect([path, response.status]).toEqual([path, status]);
      expect(((await response.json()) as ApiError).error.length).toBeGreaterThan(10);
    }
  });

  test("tags and notes are kept, and a run is deleted into .trash unless it trains", async () => {
    const path = writeRecordedRun(join(runs, "two"), { record: { status: "running" } });
    const remarks = { tags: ["<b>"], notes: "good" };
    expect(await asked(PATHS.remarks("two"), send("PUT", remarks))).toMatchObject(remarks);
    expect(JSON.parse(readFileSync(join(path, "remarks.json"), "utf8"))).toEqual(remarks);
    {
      using _lock = acquireFolderLock(path);
      expect((await ask(PATHS.run("two"), { method: "DELETE" })).status).toBe(409);
      expect(await asked(PATHS.control("two"), send("POST", { action: "checkpoint" }))).toEqual({
        done: true,
      });
      expect(await asked(PATHS.control("two"), send("POST", { action: "stop" }))).toEqual({ done: true });
      const control: unknown = JSON.parse(readFileSync(join(path, "control.json"), "utf8"));
      expect(control).toEqual({ requests: ["checkpoint", "stop"] });
    }
    expect(await asked(PATHS.run("two"), { method: "DELETE" })).toEqual({ done: true });
    expect([existsSync(path), existsSync(join(runs, ".trash/two/run.json"))]).toEqual([false, true]);
    expect((await ask(PATHS.run("two"))).status).toBe(404);
  });
});

/** The events of a page that listens. */
async function listen() {
  const reader = (await ask(PATHS.events)).body!.getReader();
  let text = "";
  return {
    /** Reads until an event of this name, and of this run, comes. */
    async next(name: string, id: string): Promise<Record<string, unknown>> {
      for (;;) {
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
          const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
          text = text.slice(end + 2);
          if (event !== name) continue;
          const value = JSON.parse(data!) as Record<string, unknown> | string;
          if (value === id) return {};
          if (typeof value === "object" && value.id === id) return value;
        }
        text += new TextDecoder().decode((await reader.read()).value);
      }
    },
    close: () => reader.cancel(),
  };
}

describe("what the viewer tells live", () => {
  test("two pages hear of a run that begins, gets rows, changes, crashes and goes", async () => {
    const pages = [await listen(), await listen()];
    const heard = (name: string, id: string) => Promise.all(pages.map((page) => page.next(name, id)));
    const path = join(runs, "live");
    mkdirSync(path, { recursive: true });
    const lock = acquireFolderLock(path);
    writeRecordedRun(path, { record: { status: "running" }, steps: 3 });
    expect(await heard("run", "live")).toMatchObject([{ status: "running" }, { status: "running" }]);
    expect(await heard("rows", "live")).toEqual([
      { id: "live", rows: 3 },
      { id: "live", rows: 3 },
    ]);
    appendFileSync(join(path, "metrics.jsonl"), recordedRow(4));
    expect(await heard("rows", "live")).toMatchObject([{ rows: 4 }, { rows: 4 }]);
    writeFileSync(join(path, "remarks.json"), JSON.stringify({ tags: [], notes: "hello" }));
    expect(await heard("run", "live")).toMatchObject([{ status: "running" }, { status: "running" }]);
    await pages[1]!.close();
    pages.pop();
    lock.release();
    while ((await heard("run", "live"))[0]!.status !== "crashed");
    rmSync(path, { recursive: true });
    await heard("gone", "live");
    await pages[0]!.close();
  });
});

test("a port that is taken is an error with exit code 2", () => {
  expect(() => startViewServer(new RunSet([runs]), BUNDLE, server.port)).toThrow(/a free port of 127.0.0.1/);
});
