internal import NIOHTTP1

/// The header `Idempotency-Key` of a request to publish, by which a repetition is recognised (the Internet-Draft
/// draft-ietf-httpapi-idempotency-key-header).
///
/// The draft wants a string in quotes; most clients send the key as it is. Both are understood, and mean the same key.
struct IdempotencyKeyField {
    static let name = "Idempotency-Key"
    /// Enough for what people make keys of: UUIDs, hashes, and ids of their own.
    static let maximumByteCount = 255

    let key: String

    /// Reads the header.
    ///
    /// - Returns: `nil` if there is none.
    /// - Throws: `HubRefusal` with the status 400 if it is no key.
    init?(_ headers: HTTPHeaders) throws(HubRefusal) {
        let values = headers[Self.name]
        guard let value = values.first else { return nil }
        var key = value[...]
        if key.first == "\"", key.last == "\"", key.utf8.count >= 2 { key = key.dropFirst().dropLast() }
        let isPlain = key.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
        guard values.count == 1, !key.isEmpty, isPlain, key.utf8.count <= Self.maximumByteCount else {
            throw HubRefusal(
                .badRequest,
                "Send one \(Self.name) of 1 to \(Self.maximumByteCount) visible characters of ASCII, without \" and \\."
            )
        }
        self.key = String(key)
    }
}
