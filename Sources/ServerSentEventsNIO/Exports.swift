// Who reads events from buffers uses them.
@_exported public import ServerSentEvents
