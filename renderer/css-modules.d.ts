// Style sheets as the bundler gives them to TypeScript: class names by the names written in the file.
declare module '*.module.css' {
  const names: Readonly<Record<string, string>>
  // biome-ignore lint/style/noDefaultExport: the bundler exports the names so
  export default names
}
declare module '*.css' {}
