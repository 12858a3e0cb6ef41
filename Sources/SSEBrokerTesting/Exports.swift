// Whoever checks an engine has one.
@_exported public import SSEBroker
