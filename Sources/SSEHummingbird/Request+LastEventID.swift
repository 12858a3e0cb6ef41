private import HTTPTypes
public import Hummingbird
public import SSEServer
public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension Request {
    /// The last event ID that the client sent with `Last-Event-ID`, `nil` if there is none or it cannot be one.
    ///
    /// Use ``lastEventID(queryName:maximumByteCount:)`` to tell the two apart, or to accept it in the query as well.
    public var lastEventID: ServerSentEvent.EventID? {
        try? self.lastEventID()
    }

    /// The last event ID that the client sent.
    ///
    /// - Parameters:
    ///   - queryName: The name of a query item that is read if there is no header, such as `lastEventID`, for clients
    ///     that cannot set headers; `nil` to accept the header only.
    ///   - maximumByteCount: The longest id that is accepted.
    /// - Returns: The id, `nil` if the client sent none. An empty value counts as none.
    /// - Throws: `SSEServerError` with the code `invalidLastEventID` if the value is too long or holds what no id can
    ///   hold.
    public func lastEventID(
        queryName: String? = nil,
        maximumByteCount: Int = LastEventID.defaultMaximumByteCount
    ) throws(SSEServerError) -> ServerSentEvent.EventID? {
        var id: ServerSentEvent.EventID?
        if let field = self.head.headerFields[fields: .lastEventID].first {
            // Only this accessor has the bytes as they came; `value` may have read them as Latin-1.
            var failure: SSEServerError?
            field.withUnsafeBytesOfValue { bytes in
                do throws(SSEServerError) {
                    id = try LastEventID.parse(bytes, maximumByteCount: maximumByteCount)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
        } else if let queryName, let value = self.uri.queryParameters[Substring(queryName)] {
            id = try LastEventID.parse(value.utf8, maximumByteCount: maximumByteCount)
        }
        return id == .empty ? nil : id
    }
}
