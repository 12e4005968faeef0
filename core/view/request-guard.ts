/**
 * Decides which requests a page's server answers. It serves this machine alone, but every page that a browser
 * shows can send requests to this machine, and a name of another site can be made to point at it.
 */

import { timingSafeEqual } from "node:crypto";

export interface Guard {
  readonly token: string;
  readonly port: number;
  /** Names the server in messages: "the viewer". */
  readonly what: string;
}

/** The name of the cookie. Cookies do not know ports: each server of a machine needs a name of its own. */
export function cookieName(port: number): string {
  return `tablesense2-view-${port}`;
}

/** The hosts under which the server is reached: no other name may lead to it (DNS rebinding). */
function hostsOf(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
}

/**
 * Why a request is refused; null if it is answered.
 *
 * - `Host` has to be an address of this machine with the port of the server.
 * - A request that comes from another page (`Origin`, `Sec-Fetch-Site`) is refused.
 * - The token has to be in the cookie, or in `Authorization: Bearer …`, or, for the page itself, in the
 *   address.
 */
export function refusal(
  request: Request,
  { token, port, what }: Guard,
): { status: number; error: string } | null {
  const { headers } = request;
  const hosts = hostsOf(port);
  if (!hosts.includes(headers.get("host") ?? "")) {
    return { status: 421, error: `${capital(what)} answers at http://127.0.0.1:${port} alone.` };
  }
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const isOther = origin !== null && !hosts.some((host) => origin === `http://${host}`);
  // A link on another page may lead to the page, but no script or form of it may ask.
  const isLink = request.method === "GET" && headers.get("sec-fetch-mode") === "navigate";
  if (isOther || ((site === "cross-site" || site === "same-site") && !isLink)) {
    return { status: 403, error: "Another page asked for this." };
  }
  if (isToken(cookieOf(headers, cookieName(port)), token)) return null;
  const bearer = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1];
  if (isToken(bearer, token)) return null;
  return { status: 401, error: `Open the address that ${what} printed: it holds a token.` };
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whether a text is the token, in a time that does not depend on where they differ. */
export function isToken(text: string | null | undefined, token: string): boolean {
  const [given, wanted] = [Buffer.from(text ?? ""), Buffer.from(token)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function cookieOf(headers: Headers, name: string): string | null {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
