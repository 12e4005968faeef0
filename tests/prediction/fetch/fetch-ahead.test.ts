/** Workbooks are fetched ahead, never too many at once, and none stays on the disk. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathText } from "../../../core/base/system-path.ts";
import { checkFetch, FetchAhead } from "../../../core/prediction/fetch/fetch-ahead.ts";
import { listedNames } from "../../../core/prediction/fetch/listed-names.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";

const signal = new AbortController().signal;
const NAMES = ["a.xlsx", "b b.xlsx", "c'$HOME.xlsx", "d.xlsx", "e.xlsx", "f.xlsx"];

test("each workbook comes whole, whatever its name, and its file is removed", async () => {
  using folder = temporaryFolder("fetch");
  for (const name of NAMES) folder.write(name, `bytes of ${name}`);
  const log = folder.join("log");
  const command = `cp ${folder.path}/{} {local} && echo {local} >> ${log}`;
  using fetch = new FetchAhead(NAMES, { command, ahead: 2, signal });
  for (const [index, name] of NAMES.entries()) {
    expect(Buffer.from(await fetch.take(index)).toString()).toBe(`bytes of ${name}`);
  }
  const written = readFileSync(log, "utf8").trim().split("\n");
  expect(written.length).toBe(NAMES.length);
  expect(written.filter((path) => existsSync(path))).toEqual([]);
});

test.skipIf(process.platform !== "linux")(
  "the command gets a name that is no UTF-8 byte for byte",
  async () => {
    using folder = temporaryFolder("fetch");
    const bytes = Buffer.from([...Buffer.from("$5 'f"), 0xfc, ...Buffer.from("r' 100%.xlsx")]);
    writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/`), bytes]), "its bytes");
    const command = `cp ${folder.path}/{} {local}`;
    using fetch = new FetchAhead([pathText(bytes)], { command, ahead: 1, signal });
    expect(Buffer.from(await fetch.take(0)).toString()).toBe("its bytes");
  },
);

test("no more are fetched than are asked for ahead", async () => {
  using folder = temporaryFolder("fetch");
  const log = folder.join("log");
  const started = () => (existsSync(log) ? readFileSync(log, "utf8").split("\n").length - 1 : 0);
  using fetch = new FetchAhead(NAMES, { command: `echo {} >> ${log}; echo x > {local}`, ahead: 2, signal });
  await fetch.take(0);
  await until(() => started() >= 3);
  expect(started()).toBe(3);
  await fetch.take(1);
  await until(() => started() >= 4);
  expect(started()).toBe(4);
});

test("a command that fails runs again, and the error quotes its last output", async () => {
  using folder = temporaryFolder("fetch");
  const once = folder.join("tried");
  const flaky = `test -e ${once} && echo good > {local} || { touch ${once}; exit 1; } # {}`;
  using works = new FetchAhead(["a.xlsx"], { command: flaky, ahead: 1, signal, pauses: [0] });
  expect(Buffer.from(await works.take(0)).toString()).toBe("good\n");
  const command = "echo no such key {} >&2; exit 7 # {local}";
  using fails = new FetchAhead(["a.xlsx"], { command, ahead: 1, signal, pauses: [0, 0] });
  await expect(fails.take(0)).rejects.toThrow(
    /a\.xlsx {2}Cannot fetch.*\n.*exit code 7: no such key a\.xlsx, 3 times/,
  );
  using silent = new FetchAhead(["a.xlsx"], { command: "true {} {local}", ahead: 1, signal });
  await expect(silent.take(0)).rejects.toThrow(/wrote no file/);
});

test("commands end with the signal, with all that they started", async () => {
  using folder = temporaryFolder("fetch");
  const pid = folder.join("pid");
  const stop = new AbortController();
  const command = `sh -c 'echo $$ > ${pid}.new; mv ${pid}.new ${pid}; sleep 1000'; echo {} {local}`;
  using fetch = new FetchAhead(["a.xlsx"], { command, ahead: 1, signal: stop.signal });
  const taken = fetch.take(0);
  await until(() => existsSync(pid));
  stop.abort(new Error("stopped"));
  await expect(taken).rejects.toThrow("stopped");
  await until(() => !existsSync(`/proc/${readFileSync(pid, "utf8").trim()}`));
});

test("a workbook whose name is too long for a file is fetched too, and keeps its ending", async () => {
  using folder = temporaryFolder("long-name");
  const seen = folder.join("seen");
  const name = `folder/${"名".repeat(300)}.xlsx`;
  const command = `echo {local} > ${seen} && printf x > {local} && : {}`;
  using fetch = new FetchAhead([name], { command, ahead: 1, signal });
  expect(await fetch.take(0)).toEqual(Buffer.from("x"));
  expect(readFileSync(seen, "utf8").trim()).toEndWith("名名.xlsx");
});

test("a command without a place for the name or the file is refused, and leaves no folder", () => {
  using folder = temporaryFolder("fetch");
  using _ = withTemporaries(folder.path);
  expect(() => new FetchAhead([], { command: "cp {} x", ahead: 1, signal })).toThrow(/has no {local}/);
  expect(() => new FetchAhead([], { command: "cp x {local}", ahead: 1, signal })).toThrow(/has no {}/);
  expect(readdirSync(folder.path)).toEqual([]);
});

/** Temporary files go into this folder until the end of the block. */
function withTemporaries(folder: string): Disposable {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  return {
    [Symbol.dispose]() {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    },
  };
}

test("names come from a file or a command, with sizes or without, each once", async () => {
  using folder = temporaryFolder("list");
  const file = folder.write("list.txt", "12\ts3://b/a.xlsx\r\n\ns3://b/c d.xlsx\ns3://b/a.xlsx\n");
  const listed = { names: ["s3://b/a.xlsx", "s3://b/c d.xlsx"], sizes: [12, null] };
  expect(await listedNames(file)).toEqual(listed);
  expect(await listedNames(`cat ${file}`)).toEqual(listed);
  await expect(listedNames("echo denied >&2; exit 4")).rejects.toThrow(/exit code 4, denied/);
});

test.skipIf(process.platform === "win32")(
  "names may come through a pipe, as <(…) of a shell makes one",
  async () => {
    using folder = temporaryFolder("piped-list");
    const pipe = folder.join("list");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    const writer = Bun.spawn(["sh", "-c", `echo a.xlsx > ${pipe}`]);
    expect((await listedNames(pipe)).names).toEqual(["a.xlsx"]);
    expect(await writer.exited).toBe(0);
  },
);

test("a list may begin with a byte order mark, and have names that are no UTF-8", async () => {
  using folder = temporaryFolder("raw-list");
  const list = "\xef\xbb\xbf7\ta.xlsx\r\ncaf\xe9.xlsx\r\ncaf\xe8.xlsx\r\ncaf\xc3\xa9.xlsx\r\n";
  const file = folder.write("list.txt", Buffer.from(list, "latin1"));
  const names = ["a.xlsx", "caf\u{10fee9}.xlsx", "caf\u{10fee8}.xlsx", "café.xlsx"];
  expect(await listedNames(file)).toEqual({ names, sizes: [7, null, null, null] });
  expect(await listedNames(`cat ${file}`)).toEqual({ names, sizes: [7, null, null, null] });
});

test("names in quotes of the command are refused, since the shell would read them as commands", () => {
  const refused = /quotes them again/;
  expect(() => checkFetch(`cp "books/{}" {local}`)).toThrow(refused);
  expect(() => checkFetch("cp {} '{local}'")).toThrow(refused);
  expect(() => checkFetch(`sh -c "cp 'books/{}' {local}"`)).toThrow(refused);
  expect(() => checkFetch(`cp -p "a's" '"' it\\'s/{} {local}`)).not.toThrow();
});
