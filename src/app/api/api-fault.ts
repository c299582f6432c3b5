/** What is wrong with a question, with its HTTP status. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}
