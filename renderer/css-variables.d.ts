// Lets `style` set custom properties: style={{ '--columns': '…' }}.
import 'react'

declare module 'react' {
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined
  }
}
