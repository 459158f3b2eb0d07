// A body of the exchange, once it is here.
import type { BodyInfo, BodyKind } from '../../../preload/views'
import { BodyView } from '../../components/body-view'
import { EmptyState } from '../../components/empty-state'
import { saveBody } from '../../state/actions'
import { useBody } from './use-body'

export interface BodyPanelProps {
  id: number
  kind: BodyKind
  label: string
  info: BodyInfo
}

export function BodyPanel(props: BodyPanelProps) {
  if (props.info.size === 0) return <EmptyState title={`No ${props.label}`} />
  return <Fetched {...props} />
}

function Fetched({ id, kind, label, info }: BodyPanelProps) {
  const body = useBody(id, kind, info)
  switch (body.state) {
    case 'loading':
      return <EmptyState title={`Loading the ${label}…`} />
    case 'gone':
      return (
        <EmptyState title={`The ${label} is no longer in memory`}>
          It was dropped to stay in the memory limit.
        </EmptyState>
      )
    case 'failed':
      return <EmptyState title={`The ${label} could not be fetched`}>{body.message}</EmptyState>
    case 'here':
      return (
        <BodyView
          key={id}
          label={label}
          base64={body.body.base64}
          contentType={body.body.contentType}
          contentEncoding={body.body.contentEncoding}
          size={body.body.size}
          gaps={body.body.gaps}
          compressed={body.body.compressed}
          onSave={() => saveBody(id, kind)}
        />
      )
  }
}
