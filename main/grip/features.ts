// What the proxy can do, as it tells backends in the header Grip-Feature.
export const gripFeatures =
  'status, session, link:next, filter:skip-self, filter:skip-users, filter:require-sub, filter:build-id, filter:var-subst'
