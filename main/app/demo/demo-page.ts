// The page of the demo backend: the counter by long-polling and a room by server-sent events, live in a browser.

export const pageHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gripscope's demo backend</title>
<link rel="stylesheet" href="/demo.css">
<script src="/demo.js" defer></script>
</head>
<body>
<main>
<h1>Gripscope's demo backend</h1>
<p>You see this through the proxy. Gripscope shows each request that this page makes, what was held, and who received what.</p>
<section>
<h2>A counter that long-polls</h2>
<p class="value"><output id="value" aria-live="polite">…</output></p>
<p><button id="increment" type="button">Increment</button></p>
<pre>curl http://HOST/counter/value/
curl "http://HOST/counter/value/?last=VALUE"
curl -X POST http://HOST/counter/value/</pre>
<p>The second one waits until the value is no longer <span class="last">VALUE</span>. The backend does not wait with it: it told the proxy to hold the request.</p>
</section>
<section>
<h2>A room of server-sent events</h2>
<ul id="messages" aria-live="polite"></ul>
<form id="say"><label>Say to the lobby <input id="text" autocomplete="off" maxlength="500" required></label> <button>Send</button></form>
<pre>curl -N "http://HOST/events/?room=lobby"
curl -d hello "http://HOST/events/?room=lobby"</pre>
</section>
<section>
<h2>What goes wrong</h2>
<pre>curl -i http://HOST/broken/</pre>
<p>The backend answers with an instruct that has a fault. The client sees a 502; Gripscope says which field it is.</p>
</section>
</main>
</body>
</html>
`

export const pageScript = `'use strict'
const byId = (id) => document.getElementById(id)
const texts = [...document.querySelectorAll('pre, .last')].map((element) => ({ element, text: element.textContent }))
// What the commands say of the value is what it is now: so the second one always waits.
function fillIn(value) {
  for (const { element, text } of texts) {
    element.textContent = text.replaceAll('HOST', location.host).replaceAll('VALUE', value)
  }
}
fillIn(0)

async function poll() {
  let last
  for (;;) {
    try {
      const response = await fetch('/counter/value/' + (last === undefined ? '' : '?last=' + last))
      if (!response.ok) throw new Error('status ' + response.status)
      last = await response.json()
      byId('value').textContent = last
      fillIn(last)
    } catch {
      last = undefined
      byId('value').textContent = '…'
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}
poll()

byId('increment').addEventListener('click', () => fetch('/counter/value/', { method: 'POST' }))

new EventSource('/events/?room=lobby').addEventListener('message', (event) => {
  const item = document.createElement('li')
  item.textContent = event.data
  const list = byId('messages')
  list.append(item)
  while (list.children.length > 20) list.firstChild.remove()
})
byId('say').addEventListener('submit', (event) => {
  event.preventDefault()
  const field = byId('text')
  fetch('/events/?room=lobby', { method: 'POST', body: field.value })
  field.value = ''
})
`

export const pageStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.4rem }
h2 { font-size: 1.1rem; margin-top: 2rem }
pre { padding: .75rem; overflow-x: auto; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 6px }
.value { font-size: 3rem; line-height: 1; margin: 0; font-variant-numeric: tabular-nums }
button, input { font: inherit; padding: .25rem .75rem }
`
