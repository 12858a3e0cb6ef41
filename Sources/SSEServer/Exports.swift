// Who serves events makes them, and has a broker.
@_exported public import SSEBroker
@_exported public import ServerSentEvents
