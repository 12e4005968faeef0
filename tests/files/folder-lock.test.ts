/** Tests that one process at a time has a folder. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { acquireFolderLock, isFolderHeld, waitForFolderLock } from "../../core/files/folder-lock.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const root = sharedFolder("folder-lock").path;

let folders = 0;
function emptyFolder(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

/** Starts a process that takes the lock, prints `held` or the message, and waits until its input ends. */
function holder(folder: string) {
  const module = JSON.stringify(join(import.meta.dir, "../../core/files/folder-lock.ts"));
  const script = `
    import { acquireFolderLock } from ${module};
    try {
      acquireFolderLock(${JSON.stringify(folder)});
      console.log("held");
    } catch (error) {
      console.log(error.message);
      process.exit(1);
    }
    for await (const _ of process.stdin);`;
  const path = join(root, `holder-${folders++}.ts`);
  writeFileSync(path, script);
  const child = Bun.spawn([process.execPath, path], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const said = async () => {
    const { value } = await child.stdout.getReader().read();
    return new TextDecoder().decode(value).trim();
  };
  return { child, said };
}

/** What refuses the lock. */
function refusal(folder: string): string {
  try {
    acquireFolderLock(folder);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error("The lock was given");
}

test("acquireFolderLock() gives the folder to one at a time, and again after release()", () => {
  const folder = emptyFolder();
  const lock = acquireFolderLock(folder);
  expect(refusal(folder)).toContain(`process ${process.pid} (this one) on ${hostname()}`);
  lock.release();
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
  acquireFolderLock(folder).release();
});

test("a folder that another process holds is refused with its number, until that process dies", async () => {
  const folder = emptyFolder();
  const { child, said } = holder(folder);
  expect(await said()).toBe("held");
  expect(refusal(folder)).toContain(`process ${child.pid} on ${hostname()}`);
  child.kill("SIGKILL");
  await child.exited;
  const lock = acquireFolderLock(folder);
  expect(readdirSync(folder)).toHaveLength(1);
  lock.release();
});

test("isFolderHeld() tells a living holder from a dead one, and changes nothing in the folder", async () => {
  const folder = emptyFolder();
  expect([isFolderHeld(folder), isFolderHeld(join(folder, "nowhere"))]).toEqual([false, false]);
  const { child, said } = holder(folder);
  await said();
  expect(isFolderHeld(folder)).toBe(true);
  child.kill("SIGKILL");
  await child.exited;
  expect(isFolderHeld(folder)).toBe(false);
  expect(readdirSync(folder)).toHaveLength(1);
});

test("of many processes that ask at once exactly one gets the folder, over a dead one's claim", async () => {
  const folder = emptyFolder();
  const dead = holder(folder);
  await dead.said();
  dead.child.kill("SIGKILL");
  await dead.child.exited;
  const asking = Array.from({ length: 6 }, () => holder(folder));
  const answers = await Promise.all(asking.map(({ said }) => said()));
  for (const { child } of asking) child.kill("SIGKILL");
  await Promise.all(asking.map(({ child }) => child.exited));
  expect(answers.filter((answer) => answer === "held")).toHaveLength(1);
  expect(answers.filter((answer) => answer.includes("Cannot train here"))).toHaveLength(5);
});

test("a process number that was given to another process holds nothing", () => {
  const folder = emptyFolder();
  const lock = acquireFolderLock(folder);
  const [name] = readdirSync(folder);
  const claim = JSON.parse(readFileSync(join(folder, name!), "utf8"));
  lock.release();
  if (claim.start === null) return; // this system does not say when processes began
  writeFileSync(join(folder, name!), JSON.stringify({ ...claim, start: `${claim.start}0` }));
  acquireFolderLock(folder).release();
});

test("a claim of another machine counts, and the message names the file to delete", () => {
  const folder = emptyFolder();
  const claim = { host: "elsewhere", pid: 1, namespace: null, start: null, since: "2026-01-01T00:00:00Z" };
  writeFileSync(join(folder, ".lock-elsewhere-1"), JSON.stringify(claim));
  const message = refusal(folder);
  expect(message).toContain("process 1 on elsewhere");
  expect(message).toContain(join(folder, ".lock-elsewhere-1"));
});

test("a claim that a crash of the machine cut short holds nothing", () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, ".lock-x-1"), '{"host":"el');
  acquireFolderLock(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});

/** A claim of a process on another machine that renewed it so many seconds ago. */
function claimElsewhere(folder: string, age: number): string {
  const claim = { host: "elsewhere", pid: 1, namespace: "pid:[1]", start: null, since: "", renewed: true };
  const path = join(folder, ".lock-elsewhere-1");
  writeFileSync(path, `${JSON.stringify(claim)}\n`);
  const time = Date.now() / 1000 - age;
  utimesSync(path, time, time);
  return path;
}

test("a claim of another machine that was not renewed for a minute holds nothing", () => {
  const folder = emptyFolder();
  claimElsewhere(folder, 61);
  const lock = acquireFolderLock(folder);
  expect(readdirSync(folder)).toHaveLength(1);
  lock.release();
});

test("a claim of another machine holds as long as it is renewed, and the message says how long that is", () => {
  const folder = emptyFolder();
  claimElsewhere(folder, 5);
  expect(refusal(folder)).toContain("its lock is void a minute after it was killed");
  expect(readdirSync(folder)).toEqual([".lock-elsewhere-1"]);
});

test("waitForFolderLock() waits for a claim that is not renewed, and takes the folder once it is void", async () => {
  const folder = emptyFolder();
  const path = claimElsewhere(folder, 5);
  const waits: string[] = [];
  const signal = new AbortController().signal;
  const onWait = (held: Error) => {
    waits.push(held.message);
    const past = Date.now() / 1000 - 61;
    // As if the minute had passed. A rename keeps the name: the claim is found either way.
    renameSync(path, `${path}-void`);
    utimesSync(`${path}-void`, past, past);
  };
  const lock = await waitForFolderLock(folder, "train", { onWait, signal });
  expect(waits).toHaveLength(1);
  expect(waits[0]).toContain("process 1 on elsewhere");
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("waitForFolderLock() refuses at the first sign of life, and ends with its signal's reason", async () => {
  const folder = emptyFolder();
  const path = claimElsewhere(folder, 5);
  const signal = new AbortController().signal;
  const renew = () => utimesSync(path, Date.now() / 1000, Date.now() / 1000);
  await expect(waitForFolderLock(folder, "train", { onWait: renew, signal })).rejects.toThrow("elsewhere");
  const stop = new AbortController();
  const onWait = () => stop.abort(new Error("stopped"));
  await expect(waitForFolderLock(folder, "train", { onWait, signal: stop.signal })).rejects.toThrow(
    "stopped",
  );
});

test("waitForFolderLock() refuses at once where the holder is known to live", async () => {
  const folder = emptyFolder();
  using _held = acquireFolderLock(folder);
  const signal = new AbortController().signal;
  const onWait = () => {
    throw new Error("It waits");
  };
  await expect(waitForFolderLock(folder, "train", { onWait, signal })).rejects.toThrow("Cannot train here");
});

test.skipIf(process.platform !== "linux")(
  "a process in another container of the machine holds its folder as long as it lives, and not longer",
  async () => {
    const folder = emptyFolder();
    const { child, said } = holder(folder);
    expect(await said()).toBe("held");
    // As another container sees it: other numbers for the same processes, and another name.
    const [name] = readdirSync(folder);
    const claim = JSON.parse(readFileSync(join(folder, name!), "utf8"));
    expect(claim).toMatchObject({ locked: true, renewed: true });
    const seen = { ...claim, host: "container", namespace: "pid:[1]" };
    writeFileSync(join(folder, name!), `${JSON.stringify(seen)}\n`);
    expect(refusal(folder)).toContain(`process ${child.pid} on container`);
    child.kill("SIGKILL");
    await child.exited;
    acquireFolderLock(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  },
);

test("a lock is lost when another process has removed its claim", () => {
  const folder = emptyFolder();
  const lock = acquireFolderLock(folder);
  expect(lock.isLost).toBe(false);
  renameSync(join(folder, readdirSync(folder)[0]!), join(folder, "gone"));
  expect(lock.isLost).toBe(true);
  lock.release();
});
