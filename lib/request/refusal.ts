/** An answer that is no picture: the status and the text that Next gives. Not a fault of ours, so it carries no stack worth logging. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Refusal'
    // As Next: what is no error status (a redirect without a target) is a server's fault.
    this.status = status >= 400 && status <= 599 ? status : 500
  }
}

/** Next's texts. Tools match on them: never reword. */
export const REFUSALS = {
  notAllowed: '"url" parameter is not allowed',
  /** What Next's server says when its fetch throws. */
  failed: 'Internal Server Error',
  invalidUpstream: '"url" parameter is valid but upstream response is invalid',
  slowUpstream: '"url" parameter is valid but upstream response timed out',
  invalidInternal: '"url" parameter is valid but internal response is invalid',
  notAnImage: "The requested resource isn't a valid image.",
  typeNotAllowed: '"url" parameter is valid but image type is not allowed',
} as const
