/** An error of the viewer's server that the page shows: a status and a sentence. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;

  /** @param status 4xx. */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
