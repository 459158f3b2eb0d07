// The package has no types of its own.
declare module 'har-schema' {
  /** JSON schemas of HAR 1.2 by the name of what they describe; they refer to each other. */
  const schemas: Readonly<Record<string, object>>
  // biome-ignore lint/style/noDefaultExport: it is made so.
  export default schemas
}
