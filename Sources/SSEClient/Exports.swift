// Who reads a stream names methods, header fields and statuses, and gets events.
@_exported public import HTTPTypes
@_exported public import ServerSentEvents
