#if SQLite
// Who opens an engine makes a broker on it.
@_exported public import SSEBroker
#endif
