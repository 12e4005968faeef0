/** Tests which signals ask a process to stop, and which of them end it when they come again. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { isHangUpIgnored } from "../../core/console/hang-up.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const space = sharedFolder("stop-signals");
const module = JSON.stringify(join(import.meta.dir, "../../core/console/stop-signals.ts"));
const script = space.write(
  "stop.ts",
  `import { stopOnSignals } from ${module};
   const stop = new AbortController();
   stopOnSignals(stop, (canForce) => console.log("stopping", canForce));
   process.on("SIGWINCH", () => console.log("still here"));
   console.log("ready");
   for await (const _ of process.stdin);
   process.exit(stop.signal.aborted ? 130 : 0);`,
);

/** Starts a process that stops on signals; `line` resolves with its next line. */
function start(command: readonly string[] = [process.execPath, script]) {
  const child = Bun.spawn([...command], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).values();
  let rest = "";
  const line = async () => {
    while (!rest.includes("\n")) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The process ended after ${JSON.stringify(rest)}`);
      rest += value;
    }
    const [first] = rest.split("\n", 1);
    rest = rest.slice(first!.length + 1);
    return first!;
  };
  const end = async () => {
    child.stdin.end();
    return await child.exited;
  };
  return { child, line, end };
}

test.skipIf(process.platform === "win32").each([
  ["SIGINT", true],
  ["SIGTERM", true],
  ...(isHangUpIgnored() ? [] : [["SIGHUP", false] as const]), // the tests themselves may run under nohup
  ["SIGUSR1", false],
  ["SIGUSR2", false],
  ["SIGXCPU", false],
] as const)("%s asks to stop, once", async (signal, canForce) => {
  const { child, line, end } = start();
  expect(await line()).toBe("ready");
  child.kill(signal);
  expect(await line()).toBe(`stopping ${canForce}`);
  child.kill(signal); // within half a second, or a notice that comes again
  child.kill("SIGWINCH");
  expect(await line()).toBe("still here");
  expect(await end()).toBe(130);
});

test.skipIf(process.platform === "win32")(
  "a scheduler's SIGTERM after its warning does not cut off what is being saved",
  async () => {
    const { child, line, end } = start();
    await line();
    child.kill("SIGUSR1");
    expect(await line()).toBe("stopping false");
    child.kill("SIGTERM");
    child.kill("SIGWINCH");
    expect(await line()).toBe("still here");
    expect(await end()).toBe(130);
  },
);

test.skipIf(process.platform !== "linux")(
  "a process that nohup has started lives on after SIGHUP",
  async () => {
    const { child, line, end } = start(["nohup", process.execPath, script]);
    expect(await line()).toBe("ready");
    child.kill("SIGHUP");
    child.kill("SIGWINCH");
    expect(await line()).toBe("still here");
    expect(await end()).toBe(0);
  },
);
