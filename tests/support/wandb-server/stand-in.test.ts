/** Tests of the stand-in server itself: it notices what it has to notice, and fails as it is asked to. */

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { until } from "../until.ts";
import { type Fault, type StandIn, startStandIn } from "./server.ts";

let server: StandIn;
beforeEach(async () => {
  server = await startStandIn();
});
afterEach(() => server.stop());

function post(path: string, body: unknown, key = server.apiKey): Promise<Response> {
  const headers = { Authorization: `Basic ${btoa(`api:${key}`)}`, "Content-Type": "application/json" };
  return fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
}

const graphql = (query: string, variables: object = {}) => post("/graphql", { query, variables });
const upsert = (name: string) =>
  graphql("mutation Make($name: String) { upsertBucket(input: {name: $name}) { inserted } }", { name });
const stream = (body: object) => post("/files/someone/uncategorized/r/file_stream", body);
const history = (offset: number, ...content: string[]) =>
  stream({ files: { "wandb-history.jsonl": { offset, content } } });

describe("the stand-in server", () => {
  test("refuses a query with a field that W&B's schema lacks", async () => {
    const response = await graphql("query Viewer { viewer { entitty } }");
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("entitty");
  });

  test("refuses another key, and requests for a run that is not there", async () => {
    expect((await post("/graphql", { query: "query Viewer { viewer { id } }" }, "x".repeat(40))).status).toBe(
      401,
    );
    expect((await stream({})).status).toBe(404);
  });

  test("notices gaps, lines that change, and files announced without being there", async () => {
    await upsert("r");
    await history(0, "a", "b");
    await history(1, "b", "c");
    expect(server.store.violations).toEqual([]);
    expect(server.store.run.resent).toBe(1);
    await history(1, "x");
    await history(9, "d");
    await stream({ uploaded: ["no.txt"] });
    expect(server.store.violations).toHaveLength(3);
  });

  test("notices a key that is sent to the storage", async () => {
    await fetch(`${server.url}/storage/runs/someone/p/r/a`, {
      method: "PUT",
      body: "x",
      headers: { Authorization: "y" },
    });
    expect(server.store.violations[0]).toContain("the key was sent to storage");
  });

  test("search() looks into addresses, headers, bodies, compressed bodies and JSON inside JSON", async () => {
    const inside = JSON.stringify({ a: JSON.stringify({ b: 'the "mark"' }) });
    await upsert("r");
    await stream({ files: { "wandb-summary.json": { offset: 0, content: [inside] } } });
    await fetch(`${server.url}/a%20mark`, { headers: { "X-Test": "head" } });
    await fetch(`${server.url}/zip`, {
      method: "PUT",
      body: Bun.gzipSync("zipped"),
      headers: { "Content-Encoding": "gzip" },
    });
    const places = (text: string) => server.store.search(text).map((place) => place.split(": ").at(-1));
    expect(places('the "mark"')).toEqual(["body"]);
    expect(places("a mark")).toEqual(["address"]);
    expect(places("head")).toEqual(["header x-test"]);
    expect(places("zipped")).toEqual(["body"]);
    expect(places("absent")).toEqual([]);
    expect(server.store.search("head", ["x-test"])).toEqual([]);
  });

  const failing: [Fault, boolean][] = [
    [{ kind: "reset" }, false],
    [{ kind: "lost" }, true],
    [{ kind: "half" }, true],
    [{ kind: "hang" }, false],
  ];
  for (const [fault, isProcessed] of failing) {
    test(`${fault.kind}: no answer arrives, and the request is ${isProcessed ? "" : "not "}processed`, async () => {
      server.fault(() => fault);
      const attempt = upsert("r").then((response) => response.text());
      const asked = until(() => server.store.requests.length > 0).then(() => "nothing");
      const answer = attempt.catch(() => "nothing");
      expect(await (fault.kind === "hang" ? Promise.race([answer, asked]) : answer)).toBe("nothing");
      expect(server.store.runs.size).toBe(Number(isProcessed));
    });
  }

  test("status: answers with it and with Retry-After, and processes nothing", async () => {
    server.fault((_operation, nth) => (nth === 1 ? { kind: "status", status: 429, retryAfter: "3" } : null));
    const response = await upsert("r");
    expect([response.status, response.headers.get("Retry-After")]).toEqual([429, "3"]);
    expect(server.store.runs.size).toBe(0);
    expect((await upsert("r")).status).toBe(200);
  });

  test("down() refuses connections until up()", async () => {
    await server.down();
    await expect(upsert("r")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await server.up();
    expect((await upsert("r")).status).toBe(200);
  });
});

describe("artifacts on the stand-in server", () => {
  const create = (name: string, type = "model", alias = "latest") =>
    graphql(
      `mutation Make($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id } } }`,
      {
        input: {
          entityName: "someone",
          projectName: "p",
          artifactTypeName: type,
          artifactCollectionName: name,
          digest: "d",
          aliases: [{ artifactCollectionName: name, alias }],
        },
      },
    );

  test("have names, types and aliases that W&B accepts", async () => {
    expect((await create("a.b-c_1")).status).toBe(200);
    for (const refused of [
      create("a b"),
      create("a/b"),
      create("x".repeat(129)),
      create("a", "job"),
      create("a", "wandb-x"),
      create("a", "a:b"),
      create("a", "model", "v/1"),
      create("a", "model", ""),
    ]) {
      expect((await refused).status).toBe(400);
    }
  });

  test("an entity's id is not its name", async () => {
    const answer = await graphql('query E { entity(name: "team") { id name } }');
    expect(await answer.json()).toEqual({ data: { entity: { id: "RW50aXR5OjI=", name: "team" } } });
  });
});
