/** A thread that reads workbooks, one question after the other. A lost one is replaced. */

import { OneTaskWorker, WorkerLoss } from "../base/one-task-worker.ts";
import { UserError } from "../base/problem.ts";
import type { ReadingAnswer, ReadingQuestion } from "./reading-messages.ts";

/** The most time for one question, ms, including that of LibreOffice. */
const TIME_LIMIT = 300_000;

const ENDING = { message: "Cannot read the workbook: the server ends" };

type AnswerTo<Kind extends ReadingQuestion["kind"]> = Extract<ReadingAnswer, { readonly kind: Kind }>;

/** Life cycle: the thread starts with the first question. Disposal ends it; questions under way fail. */
export class ReadingThread implements Disposable {
  #worker: OneTaskWorker<ReadingQuestion, ReadingAnswer> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @throws {UserError} With the workbook and the reason, if it cannot be read. */
  ask<Kind extends ReadingQuestion["kind"]>(
    question: Extract<ReadingQuestion, { readonly kind: Kind }>,
  ): Promise<AnswerTo<Kind>> {
    const answer = this.#last.then(() => this.#askNow(question));
    this.#last = answer.catch(() => {});
    return answer.then((found) => {
      if (found.kind === "failed") throw new UserError(found.problems);
      return found as AnswerTo<Kind>;
    });
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#worker?.stop();
  }

  async #askNow(question: ReadingQuestion): Promise<ReadingAnswer> {
    if (this.#isClosed) throw new UserError(ENDING);
    if (this.#worker === null || this.#worker.isDead) {
      this.#worker = new OneTaskWorker(new URL("./reading-worker.ts", import.meta.url), "reading thread");
    }
    try {
      return await this.#worker.ask(question, TIME_LIMIT);
    } catch (error) {
      if (this.#isClosed) throw new UserError(ENDING);
      if (!(error instanceof WorkerLoss)) throw error;
      const message = "Cannot read the workbook";
      return { kind: "failed", problems: [{ file: question.path, message, got: error.message }] };
    }
  }
}
