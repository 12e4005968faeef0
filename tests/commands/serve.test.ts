/** Tests `bun run serve` as a process: under load, with clients that misbehave, and at its end. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { postHead, rawConnection } from "../server/raw-request.ts";
import { runCommand } from "../support/run-command.ts";
import { until } from "../support/until.ts";
import { CHECKPOINT, type PredictProject, predictProject } from "./predict-project.ts";

const WORKBOOKS = 200;
const CLIENTS = 16;

let project: PredictProject;
let sample: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  project = await predictProject();
  sample = new Uint8Array(readFileSync(project.workbook("book.xlsx")));
});
afterAll(() => project.remove());

interface Serving extends AsyncDisposable {
  readonly address: string;
  readonly process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** The log, once the process has ended. */
  readonly log: Promise<string>;
}

async function serving(env: Record<string, string>, ...args: readonly string[]): Promise<Serving> {
  const program = join(PROJECT_ROOT, "core/commands/serve.ts");
  const command = [process.execPath, program, "--port", "0", "--checkpoint", CHECKPOINT, "--mode", "model"];
  const server = Bun.spawn([...command, "--device", "wasm", ...args], {
    cwd: project.folder,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const log = new Response(server.stderr).text();
  const { value } = await server.stdout.getReader().read();
  const address = new TextDecoder().decode(value).trim();
  if (address === "") throw new Error(await log);
  return {
    address,
    process: server,
    log,
    async [Symbol.asyncDispose]() {
      server.kill("SIGKILL");
      await server.exited;
    },
  };
}

/** The most memory that a process had, MB; null where the system does not say it. */
function peakOf({ pid }: Bun.Subprocess): number | null {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}

test("200 workbooks from 16 clients, one hostile and one gone in mid-upload: all others are answered", async () => {
  await using server = await serving({}, "--max-size", "8", "--timeout", "3600");
  const { address } = server;
  const post = (body: Uint8Array<ArrayBuffer>) => fetch(`${address}/tables`, { method: "POST", body });
  const expected = await (await post(sample)).text();
  // The hostile one sends junk, half a workbook, and more than is allowed; its first upload never ends.
  using endless = await rawConnection(address);
  endless.write(postHead(address, 7e6));
  const large = new Uint8Array(9e6);
  const hostile = async () => {
    const statuses: number[] = [];
    for (const body of [large, sample.subarray(0, 300), large.subarray(0, 1e6)]) {
      for (let round = 0; round < 4; round++) {
        endless.write(large.subarray(0, 1e5));
        statuses.push((await post(body)).status);
      }
    }
    return statuses;
  };
  using gone = await rawConnection(address);
  gone.write(postHead(address, sample.length));
  gone.write(sample.subarray(0, 1000));
  let next = 0;
  const answers: string[] = [];
  const client = async () => {
    for (let at = next++; at < WORKBOOKS; at = next++) {
      if (at === WORKBOOKS / 2) gone.drop();
      const response = await post(sample);
      answers.push(`${response.status} ${await response.text()}`);
    }
  };
  const [statuses] = await Promise.all([hostile(), ...Array.from({ length: CLIENTS }, client)]);
  expect(answers).toEqual(Array.from({ length: WORKBOOKS }, () => `200 ${expected}`));
  expect(statuses).toEqual([413, 413, 413, 413, 422, 422, 422, 422, 415, 415, 415, 415]);
  const { requests } = (await (await fetch(`${address}/health`)).json()) as { requests: number };
  expect(requests).toBe(1); // the upload that never ends
  const peak = peakOf(server.process);
  if (peak !== null) expect(peak).toBeLessThan(1500);
  endless.drop();
  server.process.kill("SIGTERM");
  const log = await server.log;
  expect(await server.process.exited).toBe(0);
  expect(log.match(/^POST \/tables 200, /gm)).toHaveLength(WORKBOOKS + 1);
  expect(log.match(/^POST \/tables 499 /gm)).toHaveLength(2);
  expect(log).not.toContain("book");
  expect(log).not.toContain("/tmp");
}, 600_000);

test("a request that is under way at a SIGTERM is answered before the server ends", async () => {
  await using server = await serving({});
  using slow = await rawConnection(server.address);
  slow.write(postHead(server.address, sample.length));
  slow.write(sample.subarray(0, 1000));
  while (((await (await fetch(`${server.address}/health`)).json()) as { requests: number }).requests === 0) {
    await Bun.sleep(5);
  }
  server.process.kill("SIGTERM");
  slow.write(sample.subarray(1000));
  expect(await slow.answer('"notes":')).toStartWith("HTTP/1.1 200 ");
  expect([await server.process.exited, await server.log]).toEqual([
    0,
    expect.stringContaining("stopping once all requests are answered"),
  ]);
}, 240_000);

test("a second signal ends the server at once, and no upload stays behind", async () => {
  const temporary = join(project.folder, "uploads");
  mkdirSync(temporary);
  await using server = await serving({ TMPDIR: temporary });
  using endless = await rawConnection(server.address);
  endless.write(postHead(server.address, 1000));
  endless.write(sample.subarray(0, 100));
  await until(() =>
    readdirSync(temporary, { recursive: true }).some((name) => String(name).endsWith("workbook")),
  );
  while (server.process.exitCode === null) {
    server.process.kill("SIGTERM"); // those of one moment count as one
    await Bun.sleep(100);
  }
  expect([server.process.exitCode, readdirSync(temporary)]).toEqual([130, []]);
}, 240_000);

test("a port in use is wrong usage, and so is an option without a number", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", () => resolve()));
  const { port } = other.address() as { port: number };
  const args = ["--mode", "excel", "--port", String(port)];
  const { code, stdout, stderr } = await runCommand("core/commands/serve.ts", args);
  other.close();
  expect([code, stdout, stderr]).toEqual([
    2,
    "",
    expect.stringContaining(`Cannot listen on 127.0.0.1, port ${port}`),
  ]);
  expect(stderr).toContain("got       another program listens on this port");
  const wrong = await runCommand("core/commands/serve.ts", ["--max-size", "big"]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("Cannot use --max-size")]);
}, 120_000);
