internal import NIOCore

/// A frame of HTTP/2 as it lies on the wire, also one that nobody may send.
///
/// - SeeAlso: [RFC 9113, 4.1](https://www.rfc-editor.org/rfc/rfc9113#section-4.1)
package struct RawHTTP2Frame: Sendable, Hashable {
    /// What the frame is.
    package enum Kind {
        package static let data: UInt8 = 0
        package static let headers: UInt8 = 1
        package static let priority: UInt8 = 2
        package static let reset: UInt8 = 3
        package static let settings: UInt8 = 4
        package static let pushPromise: UInt8 = 5
        package static let ping: UInt8 = 6
        package static let goAway: UInt8 = 7
        package static let windowUpdate: UInt8 = 8
        package static let continuation: UInt8 = 9
    }

    package enum Flag {
        package static let endStream: UInt8 = 1
        package static let acknowledgement: UInt8 = 1
        package static let endHeaders: UInt8 = 4
    }

    /// Codes of errors.
    package enum ErrorCode {
        package static let noError: UInt32 = 0
        package static let internalError: UInt32 = 2
        package static let refusedStream: UInt32 = 7
    }

    package var kind: UInt8
    package var flags: UInt8
    package var stream: UInt32
    package var payload: [UInt8]

    package init(kind: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    /// The frame's bytes.
    package var bytes: [UInt8] {
        let count = UInt32(self.payload.count)
        return Array(Self.bytes(of: count).dropFirst()) + [self.kind, self.flags] + Self.bytes(of: self.stream)
            + self.payload
    }

    /// Reads a frame off the beginning of a buffer, `nil` if it is not all there.
    init?(from buffer: inout ByteBuffer) {
        guard let head = buffer.getBytes(at: buffer.readerIndex, length: 9) else { return nil }
        let count = head[..<3].reduce(0) { $0 << 8 | Int($1) }
        guard buffer.readableBytes >= 9 + count else { return nil }
        buffer.moveReaderIndex(forwardBy: 9)
        let stream = head[5...].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        self.init(kind: head[3], flags: head[4], stream: stream, payload: buffer.readBytes(length: count) ?? [])
    }

    private static func bytes(of number: UInt32) -> [UInt8] {
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}

// MARK: - Frames that servers send

extension RawHTTP2Frame {
    /// Settings by their numbers: 3 is `SETTINGS_MAX_CONCURRENT_STREAMS`.
    package static func settings(_ values: [(UInt16, UInt32)] = []) -> RawHTTP2Frame {
        let payload = values.flatMap { id, value in
            [UInt8(id >> 8), UInt8(truncatingIfNeeded: id)] + Self.bytes(of: value)
        }
        return RawHTTP2Frame(kind: Kind.settings, payload: payload)
    }

    /// A block of header fields, whole.
    package static func headers(
        _ fields: [(String, String)],
        stream: UInt32,
        endsStream: Bool = false
    ) -> RawHTTP2Frame {
        RawHTTP2Frame(
            kind: Kind.headers,
            flags: Flag.endHeaders | (endsStream ? Flag.endStream : 0),
            stream: stream,
            payload: Self.block(fields)
        )
    }

    package static func data(_ text: String, stream: UInt32, endsStream: Bool = false) -> RawHTTP2Frame {
        RawHTTP2Frame(
            kind: Kind.data,
            flags: endsStream ? Flag.endStream : 0,
            stream: stream,
            payload: Array(text.utf8)
        )
    }

    package static func reset(stream: UInt32, _ code: UInt32) -> RawHTTP2Frame {
        RawHTTP2Frame(kind: Kind.reset, stream: stream, payload: Self.bytes(of: code))
    }

    package static func goAway(lastStream: UInt32, _ code: UInt32 = ErrorCode.noError) -> RawHTTP2Frame {
        RawHTTP2Frame(kind: Kind.goAway, payload: Self.bytes(of: lastStream) + Self.bytes(of: code))
    }

    /// Header fields in HPACK, each as a literal that enters no table.
    ///
    /// - SeeAlso: [RFC 7541, 6.2.2](https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2)
    package static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { name, value in [0] + Self.string(name) + Self.string(value) }
    }

    private static func string(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count >= 0x7F else { return [UInt8(bytes.count)] + bytes }
        var rest = bytes.count - 0x7F
        var length: [UInt8] = [0x7F]
        while rest >= 0x80 {
            length.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }
}
