#if !SQLite
/// Keeps a broker's events in a file, if the package's trait `SQLite` is enabled.
@available(*, unavailable, message: "Enable the trait SQLite of swift-sse; on Linux it needs libsqlite3-dev.")
public enum SQLiteEngine {}
#endif
