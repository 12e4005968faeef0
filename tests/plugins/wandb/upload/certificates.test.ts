/** Tests which certificates of servers are trusted, and what is said of the others. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  certificateProblem,
  certificateRemedy,
  trustedCertificates,
} from "../../../../plugins/wandb/upload/certificates.ts";
import { HttpClient } from "../../../../plugins/wandb/upload/http-client.ts";
import { skipped } from "../../../support/skipped.ts";
import { sharedFolder } from "../../../support/temporary-folder.ts";

const folder = sharedFolder("certificates").path;
const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
const made = Bun.which("openssl")
  ? Bun.spawnSync([
      ...["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert],
    ]).exitCode === 0
  : false;

if (!made) skipped("tests of a server with its own certificate", "no openssl");

describe.skipIf(!made)("a server with a certificate of its own", () => {
  let server: ReturnType<typeof Bun.serve>;
  beforeAll(() => {
    const tls = { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
    server = Bun.serve({ port: 0, tls, fetch: () => Response.json({ ok: true }) });
  });
  afterAll(() => server.stop(true));

  /** The post of a client in a process with these variables: its answer, or its error. */
  async function post(env: Record<string, string>): Promise<string> {
    const module = join(import.meta.dir, "../../../../plugins/wandb/upload/http-client.ts");
    const script = `
      const { HttpClient } = await import(${JSON.stringify(module)});
      const client = new HttpClient({ baseUrl: "https://localhost:${server.port}", apiKey: "k".repeat(40) });
      console.log(await client.post("/x", {}, { timeLimit: 5000 }).then(JSON.stringify, (error) => error.kind + " " + error.message));`;
    const child = Bun.spawn([process.execPath, "-e", script], {
      env: { ...process.env, SSL_CERT_FILE: "", SSL_CERT_DIR: "", REQUESTS_CA_BUNDLE: "", ...env },
      stdout: "pipe",
    });
    return (await new Response(child.stdout).text()).trim();
  }

  test("is refused at once, with what to do", async () => {
    const outcome = await post({});
    expect(outcome).toStartWith(
      `refused the certificate of https://localhost:${server.port} is not accepted (`,
    );
    expect(outcome).toContain("export SSL_CERT_FILE=…");
  });

  test.each([
    ["SSL_CERT_FILE", cert],
    ["REQUESTS_CA_BUNDLE", cert],
    ["SSL_CERT_DIR", folder],
    ["NODE_EXTRA_CA_CERTS", cert],
  ])("is trusted if %s names its certificate", async (variable, value) => {
    expect(await post({ [variable]: value })).toBe('{"ok":true}');
  });
});

test("trustedCertificates() has the system's beside Bun's, each once, and passes over what it cannot read", () => {
  const all = trustedCertificates({ SSL_CERT_FILE: "/nowhere", SSL_CERT_DIR: "/nowhere" });
  expect(all.length).toBeGreaterThan(50);
  expect(new Set(all).size).toBe(all.length);
});

test("certificateProblem() knows certificates from other failures of a connection", () => {
  expect(certificateProblem({ code: "SELF_SIGNED_CERT_IN_CHAIN" })).toBe("SELF_SIGNED_CERT_IN_CHAIN");
  expect(certificateProblem({ code: "ECONNREFUSED" })).toBeNull();
  expect(certificateProblem(new Error("x"))).toBeNull();
  expect(certificateRemedy("CERT_HAS_EXPIRED")).toContain("clock");
  expect(certificateRemedy("ERR_TLS_CERT_ALTNAME_INVALID")).toContain("another host");
});

test("a refused connection is still tried again", async () => {
  const client = new HttpClient({
    baseUrl: "https://127.0.0.1:9",
    apiKey: "k".repeat(40),
    backoff: { minWait: 1, maxWait: 1 },
  });
  const outcome = client.post("/x", {}, { timeLimit: 1000, attempts: 3 });
  await expect(outcome).rejects.toMatchObject({ kind: "unreachable" });
});
