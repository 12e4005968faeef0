/**
 * Writes the types of the library into one file, core/library/library.d.ts, with their comments. Programs
 * that use the package are checked against it: a compiler that followed the sources instead would check them
 * too, by the rules of another project and without the types of all packages.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runProgram } from "../../core/base/run-program.ts";

const LIBRARY_ENTRY = "core/library/library.ts";
/** The file that the types are written to. */
export const LIBRARY_TYPES = "core/library/library.d.ts";

const HEAD = `/**
 * The types of the library "tablesense2". \`bun run reference\` writes this file from ${LIBRARY_ENTRY}.
 */

`;
const FROM_OTHERS = /^(import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"(\.[^"]+)";$/;
const DECLARED = /^(?:export )?(?:declare )?(?:interface|type|function|const|class)\s+([\w$]+)/m;

/** A declaration file, taken apart. */
interface Declarations {
  /** What it declares itself: name to the text with its comment. */
  readonly own: ReadonlyMap<string, string>;
  /** Names that it takes from other files, or hands on: local name to the file and the name there. */
  readonly others: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
  /** The names that it hands on. */
  readonly handedOn: readonly string[];
}

/** The text of the file. @throws {Error} If the compiler fails or a name leads nowhere. */
export async function libraryDeclarations(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "library-declarations-"));
  try {
    const options = ["--declaration", "--emitDeclarationOnly", "--noCheck"];
    const output = ["--noEmit", "false", "--outDir", folder];
    const command = [process.execPath, "node_modules/typescript/bin/tsc", ...options, ...output];
    const result = await runProgram(command, { cwd: PROJECT_ROOT });
    if (result.code !== 0) throw new Error(`tsc --declaration failed:\n${result.output}`);
    const read = (path: string) => readFileSync(join(folder, path.replace(/\.ts$/, ".d.ts")), "utf8");
    return joinedDeclarations(LIBRARY_ENTRY, read);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One text with all that `entry` hands on and what that names; `read` gives a source file's declarations. */
export function joinedDeclarations(entry: string, read: (path: string) => string): string {
  const files = new Map<string, Declarations>();
  const fileOf = (path: string) => {
    if (!files.has(path)) files.set(path, takenApart(read(path)));
    return files.get(path)!;
  };
  const texts = new Map<string, string>();
  const visit = (path: string, name: string): void => {
    const file = fileOf(path);
    const text = file.own.get(name);
    const other = file.others.get(name);
    if (text === undefined) {
      if (other === undefined) throw new Error(`${path} declares no ${name}`);
      visit(normalize(join(dirname(path), other.file)), other.name);
      return;
    }
    if (texts.get(name) === text) return;
    if (texts.has(name)) throw new Error(`Two declarations have the name ${name}: the second is in ${path}`);
    texts.set(name, text);
    for (const [word] of withoutComments(text).matchAll(/[\w$]+/g)) {
      if (word !== name && (file.own.has(word) || file.others.has(word))) visit(path, word);
    }
  };
  const exported = fileOf(entry).handedOn;
  for (const name of exported) visit(entry, name);
  const shown = [...texts].map(([name, text]) =>
    exported.includes(name) ? text : text.replace(/^export /m, ""),
  );
  const text = shown.join("\n\n").replaceAll(/^(?: {4})+/gm, (blanks) => " ".repeat(blanks.length / 2));
  return `${HEAD}${text}\n\nexport {};\n`;
}

function takenApart(text: string): Declarations {
  const own = new Map<string, string>();
  const others = new Map<string, { file: string; name: string }>();
  const handedOn: string[] = [];
  for (const statement of statements(text)) {
    const [, kind, list, file] = FROM_OTHERS.exec(withoutComments(statement).trim()) ?? [];
    if (list === undefined) {
      const name = DECLARED.exec(withoutComments(statement))?.[1];
      if (name !== undefined) own.set(name, statement);
      continue;
    }
    for (const item of list.split(",").map((each) => each.trim().replace(/^type\s+/, ""))) {
      if (item === "") continue;
      const [there, here = there] = item.split(/\s+as\s+/) as [string, string?];
      if (kind === "export" && there !== here) throw renamed(file!, there, here);
      others.set(here, { file: file!, name: there });
      if (kind === "export") handedOn.push(here);
    }
  }
  return { own, others, handedOn };
}

function renamed(file: string, there: string, here: string): Error {
  return new Error(`${file}: ${there} is handed on as ${here}, and one file cannot have both names`);
}

/** The statements of a declaration file, each with the comment right before it. */
function statements(text: string): string[] {
  const found: string[] = [];
  let lines: string[] = [];
  let depth = 0;
  let isComment = false;
  for (const line of text.split("\n")) {
    if (
      depth === 0 &&
      !isComment &&
      line.startsWith("/**") &&
      lines.every((each) => /^(\/\*\*| \*)/.test(each))
    )
      lines = []; // the comment before belongs to the file
    lines.push(line);
    if (line.includes("/**")) isComment = true;
    if (isComment) {
      if (line.includes("*/")) isComment = false;
      continue;
    }
    depth += line.split("{").length - line.split("}").length;
    if (depth > 0 || !/[;}]$/.test(line)) continue;
    found.push(lines.join("\n").trim());
    lines = [];
  }
  return found;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
}
