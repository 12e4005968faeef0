/** The program of a reading thread: reads one workbook at a time. */

import type { ReadTask } from "./read-messages.ts";
import { readWorkbook } from "./read-workbook.ts";

declare const self: Worker;

self.onmessage = async ({ data: task }: MessageEvent<ReadTask>) => self.postMessage(await readWorkbook(task));
