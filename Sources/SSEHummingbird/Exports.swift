// Who answers with an event stream uses its writer, makes events, and may have a broker.
@_exported public import SSEBroker
@_exported public import SSEServer
@_exported public import ServerSentEvents
