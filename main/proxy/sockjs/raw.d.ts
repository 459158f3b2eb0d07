// Files that the build takes in as text.
declare module '*?raw' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: the build makes it so.
  export default text
}
