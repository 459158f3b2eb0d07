// What reads like another filter language: it is looked for as text here, and a sentence says what to write instead.
import { type FilterProblem, parseFilter, type Suggestion, splitWords } from './parse'

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])

/** What to say of a filter's words that read like another language, in their order. */
export function filterHints(filter: string): readonly FilterProblem[] {
  return splitWords(filter).flatMap((word) => {
    const [term] = parseFilter(word).groups[0] ?? []
    return (term?.key === 'text' && !word.includes('"') && hintOf(word, filter)) || []
  })
}

/** The filter with a suggestion taken. */
export function takeSuggestion(filter: string, { of, text }: Suggestion): string {
  return splitWords(filter.replace(of, () => text)).join(' ')
}

/** @param word one that is taken for text @param filter the whole filter */
function hintOf(word: string, filter: string): FilterProblem | null {
  const [, minus = '', body = ''] = /^([-!]?)(.*)$/s.exec(word) ?? []
  const of = (text: string): Suggestion => ({ of: word, text: `${minus}${text}` })
  if (METHODS.has(body))
    return { word, message: 'is looked for as text. For the method, write', suggestion: of(`method:${body}`) }
  if (/^[1-5](\d\d|xx)$/i.test(body))
    return { word, message: 'is looked for as text. For the status, write', suggestion: of(`status:${body}`) }
  if (/^\d+(\.\d+)?(ms|s)$/.test(body))
    return {
      word,
      message: 'is looked for as text. For what took at least so long, write',
      suggestion: of(`time>=${body}`),
    }
  if (isRegularExpression(body)) {
    return {
      word,
      message: 'is looked for as it stands: there are no regular expressions here. Parts of a text do, such as',
      suggestion: of(plainPart(body)),
    }
  }
  if (body.length > 1 && body.includes('*')) {
    return {
      word,
      message: 'is looked for with its star. Stars stand for anything after a key:',
      suggestion: of(`path:${body}`),
    }
  }
  if (/^~[a-z]+$/.test(body)) return { word, message: tilde(body) }
  if (body === '&' || body === '|' || body === '&&' || body === '||')
    return {
      word,
      message: body.startsWith('&') ? 'is not needed: all words must be found.' : 'is looked for as text. Write',
      suggestion: { of: word, text: body.startsWith('&') ? '' : 'or' },
    }
  return bracketHint(word, filter)
}

/** Slashes around it are a path, unless something between them is of a regular expression. */
function isRegularExpression(text: string): boolean {
  const [, inner = ''] = /^\/(.+)\/[a-z]*$/s.exec(text) ?? []
  return /[\\^$*+?|[\](){}]/.test(inner) || /^\/\w{1,3}\/$/.test(text)
}

/** The longest part of an expression that stands for itself. */
function plainPart(expression: string): string {
  const inner = expression
    .replace(/^\/|\/[a-z]*$/g, '')
    .replace(/\\[a-z]/gi, ' ')
    .replace(/\\(.)/g, '$1')
  const parts = inner.split(/[\s^$.*+?|[\](){}]+/).sort((a, b) => b.length - a.length)
  return parts[0] ?? ''
}

function tilde(word: string): string {
  const known: Readonly<Record<string, string>> = {
    '~b': 'body:text',
    '~h': 'header:text',
    '~m': 'method:POST',
    '~u': 'path:/x',
    '~d': 'host:name',
    '~c': 'status:200',
    '~s': 'is:done',
    '~q': 'is:waiting',
    '~e': 'is:failed',
    '~websocket': 'kind:websocket',
  }
  return `is of mitmproxy. Here it is ${known[word] ?? 'key:value'}.`
}

function bracketHint(word: string, filter: string): FilterProblem | null {
  if (!/^[-!]?\(/.test(word) || !/\sor\s/i.test(filter)) return null
  const expanded = expandBrackets(filter)
  return {
    word,
    message: 'is looked for as text: there are no brackets here, “or” parts the whole filter. Write',
    ...(expanded !== null && { suggestion: { of: filter, text: expanded } }),
  }
}

/** `x (a or b) y` is `x a y or x b y`; null where it is more than one level. */
function expandBrackets(filter: string): string | null {
  const [, before = '', inner, after = ''] = /^([^()]*)\(([^()]*)\)([^()]*)$/.exec(filter) ?? []
  if (inner === undefined || /[-!]$/.test(before)) return null
  const alternatives = inner.split(/\s+or\s+/i)
  return alternatives
    .map((each) =>
      [before, each, after]
        .map((part) => part.trim())
        .filter(Boolean)
        .join(' '),
    )
    .join(' or ')
}
