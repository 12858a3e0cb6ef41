import NIOCore
import NIOEmbedded
import NIOHTTP1
import ServerSentEvents

/// Whatever bytes come over a connection of HTTP/1.1 and however they are cut, the hub's server answers with whole
/// responses that have no fields but its own, ends the connection in time, and keeps nothing of it.
@available(SwiftSSE 1.0, *)
package enum ConnectionCheck {
    /// Takes four bytes for settings, as ``CheckSettings`` says, and the others for what comes over the connection.
    package static func check(_ input: [UInt8]) throws {
        guard let settings = CheckSettings(input) else { return }
        let server = try CheckedServer(settings)
        defer { server.tearDown() }
        try server.send(Array(input.dropFirst(CheckSettings.byteCount)))
        try server.finish()
        // Whoever sends the preface of HTTP/2 is answered by that.
        guard !input.dropFirst(CheckSettings.byteCount).starts(with: "PRI * HTTP/2.0\r\n".utf8) else { return }
        try self.checkResponses(server.socket.output, to: server.methods, areWhole: server.isOutputWhole)
    }

    /// Reads what the server has written as a client does.
    private static func checkResponses(_ bytes: [UInt8], to methods: [HTTPMethod], areWhole: Bool) throws {
        let client = EmbeddedChannel(
            handler: ByteToMessageHandler(HTTPResponseDecoder(informationalResponseStrategy: .forward))
        )
        // Otherwise the decoder has it that nobody has asked. One more for a stream whose end nobody was told of.
        for method in methods + [.GET] {
            // It takes what refuses a CONNECT for the head of a tunnel.
            let method = method == .CONNECT ? .GET : method
            let head = HTTPRequestHead(version: .http1_1, method: method, uri: "/")
            try client.writeOutbound(HTTPClientRequestPart.head(head))
        }
        var fault: (any Error)?
        do {
            try client.writeInbound(ByteBuffer(bytes: bytes))
        } catch {
            fault = error
        }
        do {
            _ = try client.finish()
        } catch {
            // Of a response that is cut off.
            if areWhole { fault = fault ?? error }
        }
        if let fault { throw ServerMismatch(description: "the responses are not well-formed: \(fault)") }
        try self.checkParts(of: client, isEmpty: bytes.isEmpty)
    }

    private static func checkParts(of client: EmbeddedChannel, isEmpty: Bool) throws {
        var hasCome = false
        var stream: EventStreamParser?
        while let part = try client.readInbound(as: HTTPClientResponsePart.self) {
            switch part {
            case .head(let head):
                hasCome = true
                let isContinue = head.status == .continue && head.headers.isEmpty
                guard isContinue || 200...599 ~= head.status.code else {
                    throw ServerMismatch(description: "the status is \(head.status)")
                }
                try ResponseFields.check(head.headers.map { ($0.name, $0.value) })
                stream = head.headers["Content-Type"] == ["text/event-stream"] ? EventStreamParser() : nil
            case .body(let bytes):
                _ = try stream?.parse(Array(bytes.readableBytesView))
            case .end:
                stream = nil
            }
        }
        guard hasCome || isEmpty else { throw ServerMismatch(description: "there are bytes before a response") }
    }
}

/// The fields that a hub's responses have.
enum ResponseFields {
    private static let names: Set<String> = [
        "accept-query", "access-control-allow-credentials", "access-control-allow-headers",
        "access-control-allow-methods", "access-control-allow-origin", "access-control-expose-headers",
        "access-control-max-age", "allow", "cache-control", "connection", "content-length", "content-security-policy",
        "content-type", "etag", "idempotent-replayed", "keep-alive", "last-event-id", "link", "mercure-last-event-id",
        "referrer-policy", "retry-after", "transfer-encoding", "vary", "www-authenticate", "x-accel-buffering",
        "x-content-type-options",
    ]

    /// - Throws: ``ServerMismatch`` if one is of somebody else, or has what ends a field.
    static func check(_ fields: [(name: String, value: String)]) throws {
        for (name, value) in fields {
            let endsField = value.utf8.contains { $0 < 0x20 || $0 == 0x7F }
            guard self.names.contains(name.lowercased()), !endsField else {
                throw ServerMismatch(description: "the field \(name.debugDescription): \(value.debugDescription)")
            }
        }
    }
}
