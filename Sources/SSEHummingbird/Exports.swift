// Who answers with an event stream uses its writer, and makes events.
@_exported public import SSEServer
@_exported public import ServerSentEvents
