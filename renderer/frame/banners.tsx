// What stands in the way of working at all: a lost connection, a port that is taken. Each with its fix.
import { TriangleAlert, WifiOff } from 'lucide-react'
import { useState } from 'react'
import type { ListenerView } from '../../preload/contract/app-state'
import { Button } from '../components/button'
import { ProblemNote } from '../components/problem-note'
import { formatCount } from '../format/bytes'
import { changeSettings, openView, toast } from '../state/actions'
import { useStore } from '../state/store'
import styles from './banners.module.css'

export function ConnectionBanner() {
  const connection = useStore((store) => store.app.connection)
  if (connection !== 'lost') return null
  return (
    <div className={styles.lost} role="alert">
      <WifiOff size={15} aria-hidden />
      <span>
        <strong>Connection lost.</strong> Is Gripscope still running? Trying again. If you restarted it, open the
        address that its terminal printed.
      </span>
    </div>
  )
}

/** An error of Gripscope's own. It stays until it is dismissed, or there is another one. */
export function FaultBanner() {
  const faults = useStore((store) => store.app.state?.faults)
  const [seen, setSeen] = useState(0)
  if (!faults || faults.count <= seen) return null
  const { count, latest } = faults
  return (
    <div className={styles.lost} role="alert">
      <TriangleAlert size={15} aria-hidden />
      <span className={styles.words}>
        <strong>{count === 1 ? 'An internal error' : `${formatCount(count)} internal errors`}.</strong> Gripscope goes
        on; one request may have been left without an answer. {count === 1 ? 'It was' : 'The latest was'}:{' '}
        {latest.message}. The terminal says where it was.
      </span>
      <Button small onClick={() => setSeen(count)}>
        Dismiss
      </Button>
    </div>
  )
}

/** Whom it hangs up on, nobody sees: so it is said here. */
export function DescriptorsBanner() {
  const problem = useStore((store) => store.app.state?.descriptors)
  if (!problem) return null
  return (
    <div className={styles.listener} role="alert">
      <ProblemNote field={problem.field} message={problem.message} fix={problem.fix} />
    </div>
  )
}

export function ListenerBanners() {
  const proxy = useStore((store) => store.app.state?.proxy)
  const publish = useStore((store) => store.app.state?.publish)
  const tls = useStore((store) => store.app.state?.tls)
  return (
    <>
      <ListenerBanner what="proxyPort" listener={proxy} />
      <ListenerBanner what="publishPort" listener={publish} />
      <ListenerBanner what="tlsPort" listener={tls} />
    </>
  )
}

interface ListenerBannerProps {
  what: 'proxyPort' | 'publishPort' | 'tlsPort'
  listener: ListenerView | undefined
}

function ListenerBanner({ what, listener }: ListenerBannerProps) {
  if (listener?.state !== 'failed') return null
  const { problem, port } = listener
  // With TLS it may be the certificate.
  const aboutPort = what !== 'tlsPort' || problem?.field === 'TLS port'
  const set = async (value: number) => {
    const refused = await changeSettings({ [what]: value })
    if (refused) toast({ tone: 'failed', text: refused.message, detail: refused.fix })
  }
  return (
    <div className={styles.listener} role="alert">
      <ProblemNote
        field={problem?.field ?? what}
        message={problem?.message ?? `Gripscope cannot listen on port ${port}.`}
        fix={problem?.fix ?? ''}
        actions={
          <>
            <Button small onClick={() => set(port)}>
              Try again
            </Button>
            {aboutPort ? (
              <Button small onClick={() => set(0)}>
                Use any free port
              </Button>
            ) : null}
            <Button small onClick={() => openView('settings')}>
              Settings
            </Button>
          </>
        }
      />
    </div>
  )
}
