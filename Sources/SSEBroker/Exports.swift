// Who publishes makes events.
@_exported public import ServerSentEvents
