// The package has no types of its own.
declare module 'har-validator' {
  /** Resolves if the data is as HAR 1.2 wants it; else rejects with an error that has `errors`. */
  export function har(data: unknown): Promise<unknown>
}
