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
   let clock = 1000; // stands still, however long a busy machine takes between two signals
   performance.now = () => clock;
   stopOnSignals(stop, (canForce) => console.log("stopping", canForce));
   console.log("ready");
   for await (const later of process.stdin) {
     clock += Number(later.toString());
     console.log("later");
   }
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
  /** Lets so many milliseconds pass in the process, which has then dealt with its signals. */
  const pass = async (milliseconds: number) => {
    for (const time of [milliseconds, 0]) {
      child.stdin.write(String(time));
      await child.stdin.flush();
      if ((await line()) !== "later") throw new Error("The process printed something else");
    }
  };
  const end = async () => {
    child.stdin.end();
    return await child.exited;
  };
  return { child, line, pass, end };
}

test.skipIf(process.platform === "win32").each([
  ["SIGINT", true],
  ["SIGTERM", true],
  ...(isHangUpIgnored() ? [] : [["SIGHUP", false] as const]), // the tests themselves may run under nohup
  ["SIGUSR1", false],
  ["SIGUSR2", false],
  ["SIGXCPU", false],
] as const)("%s asks to stop, once", async (signal, canForce) => {
  const { child, line, pass, end } = start();
  expect(await line()).toBe("ready");
  child.kill(signal);
  expect(await line()).toBe(`stopping ${canForce}`);
  child.kill(signal); // within half a second, or a notice that comes again
  await pass(0);
  expect(await end()).toBe(130);
});

test.skipIf(process.platform === "win32")(
  "the same signal once more ends the process after half a second, and not before",
  async () => {
    const { child, line, pass } = start();
    await line();
    child.kill("SIGTERM");
    expect(await line()).toBe("stopping true");
    await pass(499);
    child.kill("SIGTERM");
    await pass(0);
    await pass(1);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(130);
  },
);

test.skipIf(process.platform === "win32")(
  "a scheduler's SIGTERM after its warning does not cut off what is being saved",
  async () => {
    const { child, line, pass, end } = start();
    await line();
    child.kill("SIGUSR1");
    expect(await line()).toBe("stopping false");
    child.kill("SIGTERM");
    await pass(0);
    expect(await end()).toBe(130);
  },
);

test.skipIf(process.platform !== "linux")(
  "a process that nohup has started lives on after SIGHUP",
  async () => {
    const { child, line, pass, end } = start(["nohup", process.execPath, script]);
    expect(await line()).toBe("ready");
    child.kill("SIGHUP");
    await pass(0);
    expect(await end()).toBe(0);
  },
);
