// The interface starts here: in the window of the desktop app, and in a browser.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { config } from 'zod'
import { App } from './app'
import { findBridge } from './bridge/bridge'
import { LastGuard } from './components/guard'
import { connect } from './state/connect'
import { startTheme } from './state/theme'
import './styles/tokens.css'
import './styles/base.css'

// Zod compiles its checks with eval where it may; our CSP says it may not, and the mere try would be reported.
config({ jitless: true })

startTheme()
connect(findBridge())

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <LastGuard>
        <App />
      </LastGuard>
    </StrictMode>,
  )
}
