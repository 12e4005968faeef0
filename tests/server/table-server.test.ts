/** Tests the server: its answers, its limits, its problem documents, and what it leaves behind. */

import { expect, spyOn, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { WorkbookError } from "../../core/excel/workbook-error.ts";
import type { FoundWorkbook, TableDetector } from "../../core/library/library-types.ts";
import { openDetector } from "../../core/library/open-detector.ts";
import { isLoopback, startTableServer, type TableServerOptions } from "../../core/server/table-server.ts";
import { refusal } from "../support/refusal.ts";
import { TemporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import { postHead, rawConnection } from "./raw-request.ts";

const SAMPLE = new Uint8Array(readFileSync(join(PROJECT_ROOT, "docs/samples/budget.xlsx")));

type Find = TableDetector["find"];

const found = (file: string): FoundWorkbook => ({
  file,
  sheets: [
    { sheet: "A", hidden: true, lookedAt: "A1:B2", tables: [] },
    {
      sheet: "B",
      hidden: false,
      lookedAt: null,
      tables: [{ range: "A1:B2", top: 1, left: 1, bottom: 2, right: 2, score: 0.123456 }],
    },
  ],
  notes: [`${file}: something was passed over`],
});

/** A server whose detector does what the test says. */
function serverWith(find: Find, options: Partial<TableServerOptions> = {}) {
  const lines: string[] = [];
  const defects: unknown[] = [];
  const unused = async () => {
    throw new Error("unused");
  };
  const detector: TableDetector = {
    mode: "hybrid",
    threshold: 0.4,
    device: "none",
    find,
    extract: unused,
    page: unused,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  const server = startTableServer({
    detector,
    host: "127.0.0.1",
    port: 0,
    maxBytes: 100_000,
    uploadLimit: 600_000,
    workLimit: 600_000,
    mostRequests: 3,
    version: "1.2.3",
    log: (line) => lines.push(line),
    onDefect: (error) => defects.push(error),
    ...options,
  });
  return { server, lines, defects };
}

const post = (
  address: string,
  body: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string> = {},
) => fetch(`${address}/tables`, { method: "POST", body, headers });

/** A folder for the temporary files of the servers of one test: other programs use the system's own. */
function temporaryFiles() {
  const before = process.env.TMPDIR;
  const folder = new TemporaryFolder("server");
  process.env.TMPDIR = folder.path;
  return {
    names: () => readdirSync(folder.path),
    [Symbol.dispose]() {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      folder.remove();
    },
  };
}

/** Status, and the problem document without what is the same in all. */
async function problem(response: Response): Promise<unknown> {
  const { type, status, ...rest } = (await response.json()) as Record<string, unknown>;
  expect([type, status]).toEqual(["about:blank", response.status]);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return { status, ...rest };
}

test("a workbook that is sent comes back as the tables of its sheets, without the name of any file", async () => {
  const paths: string[] = [];
  const { server, lines } = serverWith(async (source) => {
    paths.push(source as string);
    expect(readFileSync(source as string)).toEqual(Buffer.from(SAMPLE));
    return found(source as string);
  });
  await using _ = server;
  const response = await post(server.address, SAMPLE);
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      sheets: [
        { sheet: "A", hidden: true, looked_at: "A1:B2", tables: [] },
        { sheet: "B", tables: [{ range: "A1:B2", score: 0.1235 }] },
      ],
      notes: ["something was passed over"],
    },
  ]);
  expect(existsSync(dirname(paths[0]!))).toBe(false);
  expect(lines).toEqual([expect.stringMatching(/^POST \/tables 200, 5\d{3} bytes, \d+ ms$/)]);
});

test("the real detector answers, for texts too", async () => {
  await using detector = await openDetector({ mode: "excel" });
  const { server } = serverWith(detector.find);
  await using _ = server;
  expect(await (await post(server.address, SAMPLE)).json()).toMatchObject({
    sheets: [{ sheet: "Budget" }, { sheet: "Staff" }],
  });
  const csv = await post(server.address, "a,b\n1,2\n", { "content-type": "text/csv; charset=utf-8" });
  expect(await csv.json()).toEqual({ sheets: [{ sheet: "workbook", tables: [] }], notes: [] });
  expect(await problem(await post(server.address, "a,b\n1,2\n"))).toMatchObject({ status: 415 });
  const cut = SAMPLE.subarray(0, 3000);
  expect(await problem(await post(server.address, cut))).toMatchObject({ status: 422, fault: "corrupt" });
});

test("/health says what the server does, and /openapi.json describes every path and status", async () => {
  const { server } = serverWith(async (source) => found(source as string));
  await using _ = server;
  expect(await (await fetch(`${server.address}/health`)).json()).toEqual({
    status: "ok",
    mode: "hybrid",
    device: "none",
    score_threshold: 0.4,
    requests: 0,
  });
  const api = (await (await fetch(`${server.address}/openapi.json`)).json()) as {
    openapi: string;
    info: { version: string };
    paths: Record<string, Record<string, { responses: object }>>;
  };
  expect([api.openapi, api.info.version]).toEqual(["3.1.0", "1.2.3"]);
  expect(Object.keys(api.paths)).toEqual(["/tables", "/health", "/openapi.json"]);
  const page = readFileSync(join(PROJECT_ROOT, "docs/serving.md"), "utf8");
  const listed = [...page.matchAll(/^\| (\d{3}(?:, \d{3})*) \|/gm)].flatMap(([, codes]) =>
    codes!.split(", "),
  );
  const described = Object.keys(api.paths["/tables"]!.post!.responses).filter((code) => code !== "200");
  expect(described.sort()).toEqual(listed.sort());
});

for (const [fault, status] of [
  ["not-a-workbook", 415],
  ["unsupported-format", 415],
  ["encrypted", 422],
  ["corrupt", 422],
  ["too-large", 413],
] as const) {
  test(`a workbook with the fault ${fault} is answered with ${status}, its part and what to do`, async () => {
    const { server } = serverWith(async (source) => {
      const file = source as string;
      throw new WorkbookError(fault, {
        file,
        part: "xl/styles.xml",
        reason: "it is odd",
        fix: "save it anew",
      });
    });
    await using _ = server;
    expect(await problem(await post(server.address, SAMPLE))).toEqual({
      status,
      title: "The workbook cannot be read",
      detail: "xl/styles.xml: it is odd",
      fault,
      fix: "save it anew",
    });
  });
}

test("a defect is answered with 500 and told on the server alone: its message may quote the workbook", async () => {
  const { server, defects } = serverWith(async () => {
    throw new Error("secret of a cell");
  });
  await using _ = server;
  const response = await post(server.address, SAMPLE);
  expect(JSON.stringify(await problem(response))).not.toContain("secret");
  expect(defects).toEqual([new Error("secret of a cell")]);
});

test("what is wrong with a server's own settings is answered with 422, without the name of the file", async () => {
  const full = { message: "The weights are broken", file: "/secret/best.pt", got: "7 bytes", fix: "" };
  for (const [shown, detail] of [
    [full, "The weights are broken: 7 bytes"],
    [{ message: "No device" }, "No device"],
  ] as const) {
    const { server, defects } = serverWith(async () => {
      throw new UserError(shown);
    });
    await using _ = server;
    expect(await problem(await post(server.address, SAMPLE))).toEqual({
      status: 422,
      title: "The tables cannot be found",
      detail,
    });
    expect(defects).toEqual([]);
  }
});

test("nothing, forms, other paths and other methods are refused", async () => {
  const { server } = serverWith(async (source) => found(source as string));
  await using _ = server;
  const form = new FormData();
  form.set("file", new Blob([SAMPLE]));
  const responses = [
    await post(server.address, ""),
    await fetch(`${server.address}/tables`, { method: "POST", body: form }),
    await fetch(`${server.address}/etc/passwd`),
    await fetch(`${server.address}/tables`),
    await fetch(`${server.address}/health`, { method: "POST" }),
  ];
  expect(responses.map(({ status }) => status)).toEqual([400, 415, 404, 405, 405]);
  expect(responses.map(({ headers }) => headers.get("allow"))).toEqual([null, null, null, "POST", "GET"]);
  const details = await Promise.all(responses.map(problem));
  expect(details[2]).toEqual({
    status: 404,
    title: "Nothing is here",
    detail: "one of /tables, /health, /openapi.json",
  });
  const heads = ["/tables", "/health"].map((path) => fetch(server.address + path, { method: "HEAD" }));
  expect((await Promise.all(heads)).map(({ status }) => status)).toEqual([405, 200]);
});

test("a request whose header Host is missing or broken is refused, logged, and no defect", async () => {
  const { server, lines, defects } = serverWith(async (source) => found(source as string));
  await using _ = server;
  for (const head of ["GET /health HTTP/1.0\r\n", "GET /health HTTP/1.1\r\nHost: a b\r\n"]) {
    using connection = await rawConnection(server.address);
    connection.write(`${head}\r\n`);
    expect(await connection.answer("header Host")).toStartWith("HTTP/1.1 400 ");
  }
  expect([defects, lines.map((line) => line.replace(/\d+ ms$/, ""))]).toEqual([
    [],
    ["GET (unknown path) 400, 0 bytes, ", "GET (unknown path) 400, 0 bytes, "],
  ]);
});

test("requests of other pages, and for other names of this machine, are refused", async () => {
  const { server } = serverWith(async (source) => found(source as string));
  await using _ = server;
  const own = server.address;
  expect((await post(own, SAMPLE, { origin: "http://example.org" })).status).toBe(403);
  expect((await post(own, SAMPLE, { origin: "null" })).status).toBe(403);
  expect((await post(own, SAMPLE, { origin: own })).status).toBe(200);
  expect((await fetch(`${own}/health`, { headers: { host: "evil.example:80" } })).status).toBe(403);
  expect((await fetch(`${own}/health`, { headers: { host: "localhost:80" } })).status).toBe(200);
  expect(
    ["127.0.0.1", "127.9.9.9", "::1", "localhost", "0.0.0.0", "10.0.0.1", "127.0.0.1.example"].map(
      isLoopback,
    ),
  ).toEqual([true, true, true, true, false, false, false]);
});

test("a workbook that is too large is refused, whether its length is said or not", async () => {
  const { server } = serverWith(async (source) => found(source as string), { maxBytes: 4000 });
  await using _ = server;
  const said = await problem(await post(server.address, SAMPLE));
  expect(said).toMatchObject({ status: 413, title: "The workbook is too large" });
  const chunks = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < SAMPLE.length; at += 1000) controller.enqueue(SAMPLE.subarray(at, at + 1000));
      controller.close();
    },
  });
  const unsaid = await fetch(`${server.address}/tables`, { method: "POST", body: chunks });
  expect(await problem(unsaid)).toMatchObject({ status: 413 });
});

/** A server whose search has begun once `begun` is resolved, and ends once `gate` is. */
function heldServer() {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { server } = serverWith(async (source) => {
    begun.resolve();
    await gate.promise;
    return found(source as string);
  });
  return { server, begun, gate };
}

test("more requests than allowed are refused at once, and those under way are answered", async () => {
  const { server, gate } = heldServer();
  await using _ = server;
  const waiting = [1, 2, 3].map(() => post(server.address, SAMPLE));
  const requests = async () =>
    ((await (await fetch(`${server.address}/health`)).json()) as { requests: number }).requests;
  while ((await requests()) < 3) await Bun.sleep(5);
  const refused = await post(server.address, SAMPLE);
  expect([refused.headers.get("retry-after"), await problem(refused)]).toEqual([
    "1",
    expect.objectContaining({ status: 503, title: "The server is busy" }),
  ]);
  gate.resolve();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await requests()).toBe(0);
});

test("a workbook that takes too long is given up", async () => {
  const aborted = Promise.withResolvers<void>();
  const never: Find = (_, { signal } = {}) =>
    new Promise((_, reject) => {
      signal!.addEventListener("abort", () => {
        aborted.resolve();
        reject(signal!.reason);
      });
    });
  const { server } = serverWith(never, { workLimit: 50 });
  await using _ = server;
  expect(await problem(await post(server.address, SAMPLE))).toMatchObject({
    status: 504,
    detail: "its tables were not found within 0.05 s",
  });
  await aborted.promise;
});

test("an upload that never ends is given up, and nothing is left of it", async () => {
  const { server, lines } = serverWith(async (source) => found(source as string), { uploadLimit: 50 });
  await using _ = server;
  using slow = await rawConnection(server.address);
  slow.write(postHead(server.address, SAMPLE.length));
  slow.write(SAMPLE.subarray(0, 100));
  const answer = await slow.answer("0.05 s");
  expect(answer).toStartWith("HTTP/1.1 408 ");
  expect(answer).toContain("it was not complete after 0.05 s");
  expect(lines.filter((line) => line.includes(" 408,"))).toHaveLength(1);
});

test("a client that goes away in mid-upload, or while its workbook is looked at, ends the work for it", async () => {
  const begun = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const { server, lines, defects } = serverWith((source, { signal } = {}) => {
    begun.resolve();
    return new Promise((_, reject) => {
      signal!.addEventListener("abort", () => {
        aborted.resolve();
        reject(signal!.reason);
      });
      expect(existsSync(source as string)).toBe(true);
    });
  });
  await using _ = server;
  using half = await rawConnection(server.address);
  half.write(postHead(server.address, SAMPLE.length));
  half.write(SAMPLE.subarray(0, 100));
  using whole = await rawConnection(server.address);
  whole.write(postHead(server.address, SAMPLE.length));
  whole.write(SAMPLE);
  await begun.promise;
  whole.drop();
  await aborted.promise;
  half.drop();
  await until(() => lines.length === 2);
  expect(lines.map((line) => line.includes(" 499 "))).toEqual([true, true]);
  expect(defects).toEqual([]);
});

test("stop() answers what is under way, refuses what comes, and removes the uploads", async () => {
  using files = temporaryFiles();
  const { server, begun, gate } = heldServer();
  const last = post(server.address, SAMPLE);
  await begun.promise;
  expect(files.names()).toHaveLength(1);
  const stopped = server.stop();
  gate.resolve();
  expect((await last).status).toBe(200);
  await stopped;
  expect(await post(server.address, SAMPLE).catch(() => "refused")).toBe("refused");
  expect(files.names()).toEqual([]);
});

test("a request that was begun before stop() and is complete after it is refused", async () => {
  const { server, begun, gate } = heldServer();
  await using _ = server;
  const head = postHead(server.address, SAMPLE.length);
  using late = await rawConnection(server.address);
  late.write(head.slice(0, 20));
  await fetch(`${server.address}/health`); // its answer comes after the server has read that
  const first = post(server.address, SAMPLE);
  await begun.promise;
  const stopped = server.stop();
  late.write(head.slice(20));
  const answer = await late.answer("ending");
  expect(answer).toStartWith("HTTP/1.1 503 ");
  expect(answer).toContain("the server is ending");
  gate.resolve();
  expect((await first).status).toBe(200);
  await stopped;
});

test("the time without bytes on a connection has no limit while tables are looked for", async () => {
  const serve = Bun.serve;
  const limits: unknown[] = [];
  using _serve = spyOn(Bun, "serve").mockImplementation(((options: Parameters<typeof serve>[0]) => {
    const server = serve(options);
    spyOn(server, "timeout").mockImplementation(({ url }, seconds) => {
      limits.push([new URL(url).pathname, seconds]);
    });
    return server;
  }) as typeof serve);
  const { server } = serverWith(async (source) => found(source as string));
  await using _ = server;
  await fetch(`${server.address}/health`);
  await post(server.address, SAMPLE);
  expect(limits).toEqual([["/tables", 0]]);
});

test("a port in use, and an address of another machine, are wrong usage", async () => {
  const { server } = serverWith(async (source) => found(source as string));
  await using _ = server;
  const port = Number(new URL(server.address).port);
  using files = temporaryFiles();
  const said = (options: Partial<TableServerOptions>) =>
    refusal(() => serverWith(async (source) => found(source as string), options));
  const inUse = said({ port });
  expect(inUse).toContain(`Cannot listen on 127.0.0.1, port ${port}`);
  expect(inUse).toContain("another program listens on this port");
  expect(inUse).toContain("--port 0 takes a free one");
  const elsewhere = said({ host: "192.0.2.1" });
  expect(elsewhere).toContain("Cannot listen on 192.0.2.1");
  expect(elsewhere).toContain("--host 127.0.0.1");
  expect(files.names()).toEqual([]);
});
