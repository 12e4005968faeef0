/** What the server of a page prints where an answer fails. */

import { expect, spyOn, test } from "bun:test";
import { startPageServer } from "../../core/view/page-server.ts";

/** A server whose answers wait for `fail`, and fail. */
function failing() {
  const asked = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<Response>();
  const page = {
    bundle: { script: "", style: "" },
    title: "Page",
    loading: "Loading",
    what: "the page",
    answer: () => {
      asked.resolve();
      return failed.promise;
    },
  };
  const server = startPageServer(page, 0);
  const origin = new URL(server.address).origin;
  const ask = async () => {
    const signedIn = await fetch(server.address, { redirect: "manual" });
    const cookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
    return fetch(`${origin}/api/x`, { headers: { cookie } });
  };
  return { server, ask, asked: asked.promise, fail: () => failed.reject(new Error("a defect")) };
}

test("the stack of a defect is printed, but not what fails because the server was stopped", async () => {
  const printed: string[] = [];
  const write = spyOn(process.stderr, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  try {
    const defect = failing();
    await using _ = defect.server;
    const asked = defect.ask();
    await defect.asked;
    defect.fail();
    const answer = await asked;
    expect([answer.status, await answer.json()]).toEqual([500, { error: "a defect" }]);
    expect(printed.join("")).toContain("Error: a defect\n    at ");

    printed.length = 0;
    const stopped = failing();
    const gone = stopped.ask().catch(() => null);
    await stopped.asked;
    const end = stopped.server[Symbol.asyncDispose]();
    stopped.fail();
    await Promise.all([end, gone]);
    expect(printed).toEqual([]);
  } finally {
    write.mockRestore();
  }
});
