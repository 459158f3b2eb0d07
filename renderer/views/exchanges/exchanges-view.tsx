// Exchanges.
export function ExchangesView() {
  return null
}
