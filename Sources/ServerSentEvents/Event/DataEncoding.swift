/// How an event's data travels in the stream. Both ends must agree on it.
@available(SwiftSSE 1.0, *)
public struct DataEncoding: Sendable, Hashable {
    enum Kind {
        case text
        case base64
    }

    let kind: Kind

    /// As UTF-8 text: what every event stream does unless its two ends agreed otherwise.
    public static var text: DataEncoding { DataEncoding(kind: .text) }

    /// As Base64 (RFC 4648, section 4, with padding), so that any bytes can travel.
    public static var base64: DataEncoding { DataEncoding(kind: .base64) }
}
