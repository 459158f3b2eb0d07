// Copies a text, and says that it did.
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button, IconButton } from './button'
import { copyText } from './copy-text'

export interface CopyButtonProps {
  /** The text, or what makes it when it is wanted. */
  text: string | (() => string)
  /** What is copied: "Copy header". */
  label: string
  /** With the label as words instead of an icon alone. */
  words?: boolean
  small?: boolean
  /** In a list of many: see IconButton. */
  titled?: boolean
}

/** Milliseconds that the button says so. */
const SAID = 1_500

export function CopyButton({ text, label, words, small = true, titled = false }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => setCopied(await copyText(typeof text === 'string' ? text : text()))
  const icon = copied ? <Check /> : <Copy />
  if (words) {
    return (
      <Button small={small} icon={icon} onClick={copy}>
        {copied ? 'Copied' : label}
      </Button>
    )
  }
  return <IconButton small={small} titled={titled} label={copied ? 'Copied' : label} icon={icon} onClick={copy} />
}
