/** Labels of a dataset: `annotations.jsonl`, one line per sheet. */

import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { type Problem, UserError } from "../base/problem.ts";
import { withoutMark } from "./annotation-bytes.ts";
import { ANNOTATION_EXAMPLE, type Annotation, parseAnnotationLine } from "./annotation-line.ts";

/** The most problems that are listed for one file. The rest is counted. */
const MAX_PROBLEMS = 50;

/**
 * Reads an annotation file.
 *
 * @throws {UserError} With every malformed or repeated line, or if the file cannot be read.
 */
export function readAnnotations(path: string): Annotation[] {
  return parseAnnotations(readAnnotationText(path), path);
}

/** The text of an annotation file. @throws {UserError} If it cannot be read. */
export function readAnnotationText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new UserError({ file: path, message: "Cannot read the annotations", got }, { cause });
  }
}

/** As `readAnnotations`, of a text. @param path For the messages. */
export function parseAnnotations(text: string, path: string): Annotation[] {
  const { annotations, problems } = inspectAnnotations(text, path);
  if (problems.length > MAX_PROBLEMS) {
    const rest = problems.length - MAX_PROBLEMS;
    problems.length = MAX_PROBLEMS;
    problems.push({ file: path, message: `… and ${rest} more problems` });
  }
  if (problems.length > 0) throw new UserError(problems);
  return annotations;
}

/** The lines that can be used, and what is wrong with the others. @param path For the messages. */
export function inspectAnnotations(
  text: string,
  path: string,
): { annotations: Annotation[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const annotations: Annotation[] = [];
  const firstLines = new Map<string, number>();
  const spellings = new Map<string, Annotation>();
  for (const [index, content] of withoutMark(text).split("\n").entries()) {
    if (content.trim() === "") continue;
    const line = index + 1;
    const found = parseAnnotationLine(content, line);
    if ("wrong" in found) {
      problems.push(...found.wrong.map((wrong) => ({ file: path, line, ...wrong })));
      continue;
    }
    const plain = posix.normalize(found.fileName);
    const spelling = spellings.get(plain) ?? found;
    spellings.set(plain, spelling);
    if (spelling.fileName !== found.fileName) {
      problems.push({
        file: path,
        line,
        message: "Cannot use another spelling of the same workbook, which could fall into another split",
        expected: `"file_name": ${JSON.stringify(spelling.fileName)}, as on line ${spelling.line}`,
        got: JSON.stringify(found.fileName),
        fix: `write ${JSON.stringify(plain)} on all lines`,
      });
      continue;
    }
    const key = JSON.stringify([found.fileName, found.sheetName]);
    const first = firstLines.get(key);
    if (first === undefined) {
      firstLines.set(key, line);
      annotations.push(found);
    } else {
      problems.push({
        file: path,
        line,
        message: "Cannot use a second line about the same sheet",
        expected: "one line per sheet, with all its tables",
        got: `${found.fileName}, sheet ${JSON.stringify(found.sheetName)}, as on line ${first}`,
        fix: `put the regions of both on line ${first} and delete line ${line}`,
      });
    }
  }
  if (problems.length === 0 && annotations.length === 0) {
    const expected = `one line per sheet: ${ANNOTATION_EXAMPLE}`;
    problems.push({ file: path, message: "Cannot use annotations without any line", expected });
  }
  return { annotations, problems };
}
