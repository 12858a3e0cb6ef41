public import ServerSentEvents

/// Reads the last event ID that a client sends.
@available(SwiftSSE 1.0, *)
public enum LastEventID {
    /// The longest id that is accepted unless you say otherwise, in bytes.
    public static let defaultMaximumByteCount = 1024

    /// Reads the value of a `Last-Event-ID` field or of a query item.
    ///
    /// Clients send the id as UTF-8 bytes; HTTP libraries that follow older rules hand such bytes over as Latin-1
    /// characters. Here the bytes are what counts: they are decoded as UTF-8, and what is not UTF-8 becomes U+FFFD.
    ///
    /// - Parameters:
    ///   - bytes: The value's bytes.
    ///   - maximumByteCount: The longest value that is accepted.
    /// - Returns: The id.
    /// - Throws: ``SSEServerError`` with the code ``SSEServerError/Code/invalidLastEventID`` if the value is too long or
    ///   holds what no id can hold.
    public static func parse(
        _ bytes: some Collection<UInt8>,
        maximumByteCount: Int = LastEventID.defaultMaximumByteCount
    ) throws(SSEServerError) -> ServerSentEvent.EventID {
        guard bytes.count <= maximumByteCount else {
            throw SSEServerError(
                code: .invalidLastEventID,
                message: "The last event ID has \(bytes.count) bytes; at most \(maximumByteCount) are accepted."
            )
        }
        do throws(ServerSentEventsError) {
            return try ServerSentEvent.EventID(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw SSEServerError(code: .invalidLastEventID, message: error.message, cause: error)
        }
    }
}
