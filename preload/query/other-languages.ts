// Words of other filter languages (mitmproxy's, regular expressions, brackets, the browsers'): what they are taken for
// here, and what to write.
import type { Term } from './field'
import { filterKeys } from './fields'
import { type FilterProblem, parseFilter, type Suggestion } from './parse'

/** What is filtered. */
export type Place = 'exchanges' | 'channels' | 'publishes'

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])

/** Null: the word is taken for what it says. @param filter the whole filter */
export function languageHint(word: string, filter: string, place: Place): FilterProblem | null {
  const [term] = parseFilter(word).groups[0] ?? []
  if (!term) return null
  return term.key === 'text' ? textHint(word, filter, place) : valueHint(word, term)
}

/** @param word one that is taken for text */
function textHint(word: string, filter: string, place: Place): FilterProblem | null {
  const [, minus = '', body = ''] = /^([-!]?)(.*)$/s.exec(word) ?? []
  const of = (text: string): Suggestion => ({ of: word, text: `${minus}${text}` })
  const fact = exchangeFact(body)
  if (fact && place !== 'exchanges') return { word, message: `is searched as text: ${place} have no ${fact.name}.` }
  if (fact) return { word, message: `is searched as text. For ${fact.words}, write`, suggestion: of(fact.text) }
  if (isRegularExpression(body) || /^\/\w{1,3}\/$/.test(body))
    return { word, ...regularExpression(of(plainPart(body))) }
  if (body.length > 1 && body.includes('*')) {
    return {
      word,
      message: 'is searched with its star. A star means any text only after a key:',
      suggestion: of(`${place === 'exchanges' ? 'path' : 'channel'}:${body}`),
    }
  }
  if (/^~[a-z]+$/.test(body)) return { word, message: tilde(body) }
  if (body === '&' || body === '|' || body === '&&' || body === '||')
    return {
      word,
      message: body.startsWith('&') ? 'is not needed: all words must be found.' : 'is searched as text. Write',
      suggestion: { of: word, text: body.startsWith('&') ? '' : 'or' },
    }
  return keyWithEquals(body, of, word) ?? bracketHint(word, filter)
}

/** What a word alone would say of an exchange. */
function exchangeFact(body: string): { name: string; words: string; text: string } | null {
  if (METHODS.has(body)) return { name: 'method', words: 'the method', text: `method:${body}` }
  if (/^[1-5](\d\d|xx)$/i.test(body)) return { name: 'status', words: 'the status', text: `status:${body}` }
  if (/^\d+(\.\d+)?(ms|s)$/.test(body))
    return { name: 'duration', words: 'what took at least so long', text: `time>=${body}` }
  return null
}

/** Of `body:` and `header:`, which take text as it stands. */
function valueHint(word: string, { key, value, negated }: Term): FilterProblem | null {
  if (key !== 'body' && key !== 'header' && key !== 'path' && key !== 'host') return null
  const start = `${negated ? word[0] : ''}${key}:`
  if (isRegularExpression(value) && !/^[^\\^$+?|[\](){}]*$/.test(value))
    return { word, ...regularExpression({ of: word, text: start + plainPart(value) }) }
  if ((key === 'body' || key === 'header') && value.length > 1 && value.includes('*')) {
    return {
      word,
      message: `is looked for with its star: “${key}:” takes a part of the text. Write`,
      suggestion: { of: word, text: start + longest(value.split('*')) },
    }
  }
  return null
}

function regularExpression(suggestion: Suggestion): Omit<FilterProblem, 'word'> {
  return {
    message: 'is searched as it stands: regular expressions are not supported. A part of the text is enough, such as',
    suggestion,
  }
}

/** Slashes around it are a path, unless something between them is of a regular expression. */
function isRegularExpression(text: string): boolean {
  const [, inner = ''] = /^\/(.+)\/[a-z]*$/s.exec(text) ?? []
  return /[\\^$*+?|[\](){}]/.test(inner)
}

/** The longest part of an expression that stands for itself. */
function plainPart(expression: string): string {
  const inner = expression
    .replace(/^\/|\/[a-z]*$/g, '')
    .replace(/\\[a-z]/gi, ' ')
    .replace(/\\(.)/g, '$1')
  return longest(inner.split(/[\s^$.*+?|[\](){}]+/))
}

function longest(parts: readonly string[]): string {
  return [...parts].sort((a, b) => b.length - a.length)[0] ?? ''
}

/** `method=POST`, as elsewhere. */
function keyWithEquals(body: string, of: (text: string) => Suggestion, word: string): FilterProblem | null {
  const [, key = '', value = ''] = /^([a-z]+)==?(.+)$/is.exec(body) ?? []
  if (!filterKeys.some((known) => known === key.toLowerCase())) return null
  return {
    word,
    message: 'is searched as text. After a key comes a colon:',
    suggestion: of(`${key.toLowerCase()}:${value}`),
  }
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
  return `is mitmproxy’s. Here it is ${known[word] ?? 'key:value'}.`
}

function bracketHint(word: string, filter: string): FilterProblem | null {
  if (!/^[-!]?\(/.test(word) || !/\sor\s/i.test(filter)) return null
  const expanded = expandBrackets(filter)
  return {
    word,
    message: 'is searched as text: parentheses are not supported, and “or” splits the whole filter. Write',
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
