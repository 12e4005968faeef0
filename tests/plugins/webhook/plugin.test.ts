/** Tests what the plugin webhook posts, and that a server that fails or never answers holds nothing up. */

import { expect, test } from "bun:test";
import { type Plugin, UserError } from "../../../core/plugin.ts";
import { type TrialOptions, tryPlugin } from "../../../core/plugin-testing.ts";
import { parseMark } from "../../../plugins/webhook/mark.ts";
import webhook from "../../../plugins/webhook/plugin.ts";

/** A server that keeps what is posted to it; `answer` says what it does with each post. */
function receiver(answer: () => Response | Promise<Response> = () => new Response("ok")) {
  const bodies: Record<string, unknown>[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      expect(request.method).toBe("POST");
      bodies.push((await request.json()) as Record<string, unknown>);
      return answer();
    },
  });
  const url = `http://127.0.0.1:${server.port}/hooks/s3cret`;
  return { bodies, url, host: `127.0.0.1:${server.port}`, [Symbol.dispose]: () => void server.stop(true) };
}

/** With the longest time limit, unless `given` has another one: a busy machine is slow and not gone. */
const run = (url: string, given: TrialOptions) => {
  const options = { timeout: 60, ...given.options };
  const env = { TABLESENSE_WEBHOOK_URL: url };
  return tryPlugin(webhook, { epochs: 2, stepsPerEpoch: 2, ...given, options, env });
};

test("it posts when a metric passes a mark, once, and when the run ends", async () => {
  using server = receiver();
  using trial = await run(server.url, { options: { marks: ["val/f1 >= 0.3", "train/loss < 0"] } });
  expect(trial.warnings).toEqual([]);
  const known = { id: "trial000", name: expect.any(String) };
  expect(server.bodies).toEqual([
    {
      run: known,
      event: "mark_passed",
      step: 4,
      epoch: 2,
      mark: "val/f1 >= 0.3",
      metric: "val/f1",
      value: 1 / 3,
    },
    {
      run: known,
      event: "run_ended",
      step: 4,
      epoch: 2,
      status: "finished",
      summary: expect.objectContaining({ best_epoch: 2 }),
      seconds: expect.any(Number),
    },
  ]);
  expect(JSON.stringify(server.bodies)).not.toMatch(/xlsx|Sheet1|tmp/);
});

test("a value that is not finite is posted as a text, which JSON can hold", async () => {
  using server = receiver();
  const giver: Plugin = {
    name: "giver",
    order: "pre",
    setup: (run) => ({ onGradStep: () => run.log({ high: Infinity, low: -Infinity }) }),
  };
  using trial = await run(server.url, {
    options: { marks: ["high > 1", "low < 1"], on: [] },
    others: [giver],
  });
  expect(trial.warnings).toEqual([]);
  expect(server.bodies.map(({ value }) => value).sort()).toEqual(["-Infinity", "Infinity"]);
});

test("a mark that was passed before a kill is not posted again after the resume", async () => {
  using server = receiver();
  const options = { options: { marks: ["val/f1>0.1"] }, killAfterStep: 2 };
  using trial = await run(server.url, options);
  expect(trial.status).toBe("finished");
  expect(server.bodies.map(({ event }) => event)).toEqual(["mark_passed", "run_ended"]);
});

test("Slack's form is one line, with what its markup means escaped; `on` chooses the ends", async () => {
  using server = receiver();
  const config = { experiment: { name: "a <b> & c" } } as TrialOptions["config"];
  using trial = await run(server.url, { options: { format: "slack", marks: ["val/f1 > 0.3"] }, config });
  expect(trial.error).toBeNull();
  expect(server.bodies).toEqual([
    { text: "*a &lt;b&gt; &amp; c* passed val/f1 &gt; 0.3: val/f1 is 0.3333 (epoch 2, step 4)" },
    { text: "*a &lt;b&gt; &amp; c* finished after 4.0s (epoch 2, step 4, best F1 0.3333)" },
  ]);
  using silent = await run(server.url, { options: { on: ["failed"] } });
  expect([silent.status, server.bodies.length]).toEqual(["finished", 2]);
});

test("the reason of a stop is posted, in Slack's form too", async () => {
  using server = receiver();
  const stopper: Plugin = {
    name: "stopper",
    setup: (own) => ({ onEpochEnd: () => own.requestStop("enough <now>") }),
  };
  for (const format of ["json", "slack"]) {
    using trial = await run(server.url, { options: { format }, others: [stopper] });
    expect(trial.status).toBe("stopped");
  }
  expect(server.bodies).toMatchObject([
    { event: "run_ended", status: "stopped", reason: "stopper: enough <now>" },
    { text: expect.stringContaining(" stopped after 2.0s: stopper: enough &lt;now&gt; (epoch 1") },
  ]);
});

test("a failure of the run is posted without the words of its error", async () => {
  using server = receiver();
  const failInStep = { step: 3, error: new Error("cannot read salaries.xlsx") };
  using trial = await run(server.url, { failInStep });
  expect(trial.status).toBe("failed");
  expect(server.bodies).toMatchObject([{ event: "run_ended", status: "failed", step: 2 }]);
  expect(JSON.stringify(server.bodies)).not.toContain("salaries");
});

test("a server that answers 500, leads elsewhere or is gone: a warning with plugin, hook and host, without the secret", async () => {
  const answers = [
    [() => new Response("no", { status: 500 }), "answered with status 500"],
    [() => Response.redirect("http://127.0.0.1:1/"), "answered with status 302"],
  ] as const;
  for (const [answer, words] of answers) {
    using server = receiver(answer);
    using trial = await run(server.url, { options: { marks: ["train/loss > 0"] } });
    expect(trial.status).toBe("finished");
    expect(trial.warnings).toEqual(
      ["onLog", "onRunEnd"].map(
        (hook) => `webhook in ${hook}: ${server.host} ${words}. Nothing was posted; the run goes on.`,
      ),
    );
  }
  using gone = await run("http://127.0.0.1:1/s3cret", {});
  expect(gone.warnings[0]).toMatch(/^webhook in onRunEnd: 127\.0\.0\.1:1 could not be reached \(\w+\)\./);
  expect(gone.lines.join()).not.toContain("s3cret");
});

test("training goes on while a server does not answer; only the end of the run waits, as long as its limit says", async () => {
  const never = Promise.withResolvers<Response>();
  using server = receiver(() => never.promise);
  using trial = await run(server.url, { options: { marks: ["train/loss > 0"], timeout: 0.05 } });
  expect(trial.rows).toHaveLength(4);
  const late = `${server.host} did not answer within 0.05 s`;
  expect(trial.warnings.map((line) => line.split(".")[0])).toHaveLength(2);
  for (const line of trial.warnings) expect(line).toContain(late);
  never.resolve(new Response());
});

test("without an address, or with one that is none, the run does not begin: exit code 2", async () => {
  for (const url of ["", "ftp://example.com/x", "s3cret"]) {
    const error = await run(url, {}).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain("TABLESENSE_WEBHOOK_URL");
    expect(error.message).not.toContain("s3cret");
  }
});

test("parseMark() takes the four comparisons, with and without blanks, and refuses everything else", () => {
  const row = { "val/f1": 0.9, bad: Number.NaN };
  const passed = (text: string) => parseMark(text).isPassed(row);
  expect(["val/f1>=0.9", "val/f1 <= 0.9", "val/f1 > 0.9", "val/f1<1e0"].map(passed)).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(["bad < 1", "bad >= 0", "absent < 1"].map(passed)).toEqual([false, false, false]);
  for (const text of ["val/f1", "val/f1 = 1", "> 3", "val/f1 > high", "val/f1 >"]) {
    expect(() => parseMark(text)).toThrow("Cannot understand a mark");
  }
});
