// Puts an accessor of the page's elements in the place of the page's own, and that one back: spies of both its get and its
// set would leave one of them behind.

/** @returns what puts the former one back */
export function stubAccessor<T extends object>(
  prototype: T,
  name: keyof T & string,
  accessor: { get(this: Element): unknown; set?(this: Element, value: number): void },
): () => void {
  const former = Object.getOwnPropertyDescriptor(prototype, name)
  Object.defineProperty(prototype, name, { configurable: true, ...accessor })
  return () => {
    if (former) Object.defineProperty(prototype, name, former)
    else delete prototype[name]
  }
}
