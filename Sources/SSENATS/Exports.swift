// Whoever makes an engine gives it to a broker.
@_exported public import SSEBroker
