/** Tests the receipt of an upload: its limits, and that nothing is left of one that fails. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { receiveUpload, type UploadOptions } from "../../core/server/receive-upload.ts";
import { TemporaryFolder } from "../support/temporary-folder.ts";

const MAX_BYTES = 2_000_000;

const requestOf = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request("http://127.0.0.1/tables", { method: "POST", body, headers });

/** A body that gives a byte and then nothing more. */
function endlessBody() {
  const begun = Promise.withResolvers<void>();
  let isAsked = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (!isAsked) controller.enqueue(new Uint8Array(1));
        else begun.resolve();
        isAsked = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, begun: begun.promise };
}

/** What an upload fails with. Nothing may be left of it. */
async function failure(request: Request, options: Partial<UploadOptions> = {}): Promise<unknown> {
  using folder = new TemporaryFolder("upload");
  const signal = new AbortController().signal;
  const error = await receiveUpload(request, {
    folder: folder.path,
    maxBytes: MAX_BYTES,
    signal,
    ...options,
  }).then(
    () => "received",
    (error: unknown) => error,
  );
  expect(readdirSync(folder.path)).toEqual([]);
  return error;
}

for (const [type, name] of [
  ["text/csv", "workbook.csv"],
  ["TEXT/CSV ; charset=utf-8", "workbook.csv"],
  ["text/tab-separated-values", "workbook.tsv"],
  ["application/octet-stream", "workbook"],
] as const) {
  test(`an upload of the type ${type} lies in the file ${name} until it is disposed of`, async () => {
    using folder = new TemporaryFolder("upload");
    const signal = new AbortController().signal;
    const request = requestOf("a,b\n", { "content-type": type });
    const upload = await receiveUpload(request, { folder: folder.path, maxBytes: 4, signal });
    expect([basename(upload.path), upload.bytes]).toEqual([name, 4]);
    expect(readFileSync(upload.path, "utf8")).toBe("a,b\n");
    await upload[Symbol.asyncDispose]();
    expect(existsSync(upload.path)).toBe(false);
    expect(readdirSync(folder.path)).toEqual([]);
  });
}

test("an upload that announces as many bytes as are allowed is received, one that announces more is not read", async () => {
  const four = requestOf("a,b\n", { "content-length": "4" });
  expect(await failure(four, { maxBytes: 3 })).toMatchObject({ status: 413 });
  using folder = new TemporaryFolder("upload");
  const options = { folder: folder.path, maxBytes: 4, signal: new AbortController().signal };
  await using upload = await receiveUpload(requestOf("a,b\n", { "content-length": "4" }), options);
  expect(upload.bytes).toBe(4);
  let reads = 0;
  const body = new ReadableStream({ pull: () => void reads++ }, { highWaterMark: 0 });
  expect(await failure(requestOf(body, { "content-length": String(MAX_BYTES + 1) }))).toMatchObject({
    status: 413,
    detail: "at most 2 MB, got 3 MB or more",
  });
  expect(reads).toBe(0);
});

test("an upload that is larger than it announces, or announces nothing, is given up at the limit", async () => {
  const body = new Uint8Array(MAX_BYTES + 1);
  for (const request of [requestOf(body), requestOf(body, { "content-length": "1" })]) {
    expect(await failure(request)).toMatchObject({
      status: 413,
      title: "The workbook is too large",
    });
  }
});

test("an upload that is cut short is refused with the bytes that came and those that were announced", async () => {
  expect(await failure(requestOf("abc", { "content-length": "10" }))).toMatchObject({
    status: 400,
    title: "The upload ended early",
    detail: "3 of 10 bytes came",
  });
});

test("no body and an empty one are no workbook", async () => {
  for (const body of [null, ""]) {
    expect(await failure(requestOf(body))).toMatchObject({ status: 400, title: "No workbook" });
  }
});

test("an upload that is aborted ends with the reason, before its first byte and after it", async () => {
  const reason = new Error("enough");
  const silent = new ReadableStream<Uint8Array>();
  expect(await failure(requestOf(silent), { signal: AbortSignal.abort(reason) })).toBe(reason);
  const { body, begun } = endlessBody();
  const stop = new AbortController();
  const failed = failure(requestOf(body), { signal: stop.signal });
  await begun;
  stop.abort(reason);
  expect(await failed).toBe(reason);
});
