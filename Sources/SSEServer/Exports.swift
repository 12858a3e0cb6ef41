// Who serves events makes them.
@_exported public import ServerSentEvents
