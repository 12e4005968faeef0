/** Which certificates of servers are trusted, and the errors of those that are not. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";

/** The codes of OpenSSL and Bun for a certificate that is not accepted. Trying again changes nothing. */
const CODES = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** The code of an error that a certificate has caused; null for any other error. */
export function certificateProblem(error: unknown): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && CODES.has(code) ? code : null;
}

/** What the user can do about a certificate that is not accepted. */
export function certificateRemedy(code: string): string {
  if (code === "CERT_NOT_YET_VALID" || code === "CERT_HAS_EXPIRED") {
    return "Check the clock of this machine, or have the certificate renewed";
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH") {
    return "It belongs to another host: check plugins.wandb.base_url";
  }
  return "If the server or a proxy has an authority of its own, name its certificates: export SSL_CERT_FILE=…";
}

/**
 * All certificates that somebody on this machine trusts, in PEM: those that come with Bun, those of
 * `NODE_EXTRA_CA_CERTS`, the system's, and those in `SSL_CERT_FILE`, `SSL_CERT_DIR` and
 * `REQUESTS_CA_BUNDLE`, which W&B's own clients read.
 */
export function trustedCertificates(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  const folder = env.SSL_CERT_DIR;
  const files = [
    env.SSL_CERT_FILE,
    env.REQUESTS_CA_BUNDLE,
    ...(folder ? namesIn(folder).map((name) => join(folder, name)) : []),
  ].filter((file) => file !== undefined && file !== "");
  const all = [
    ...ofStore("default"),
    ...ofStore("system"),
    ...files.flatMap((file) => certificatesIn(file!)),
  ];
  return [...new Set(all)];
}

function ofStore(store: "default" | "system"): readonly string[] {
  try {
    return tls.getCACertificates(store);
  } catch {
    return store === "default" ? tls.rootCertificates : []; // the system's store cannot be read
  }
}

function certificatesIn(file: string): string[] {
  try {
    return (
      readFileSync(file, "utf8").match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
    );
  } catch {
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
