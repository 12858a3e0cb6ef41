import NIOCore
import NIOHPACK
import NIOHTTP1

/// Whatever frames come over a connection of HTTP/2 and however they are cut, the hub's server answers with whole
/// frames and with responses that have no fields but its own, ends the connection in time, and keeps nothing of it.
@available(SwiftSSE 1.0, *)
package enum FrameCheck {
    /// Takes four bytes for settings, as ``CheckSettings`` says, and the others for frames, as ``FrameScript`` says.
    package static func check(_ input: [UInt8]) throws {
        guard let settings = CheckSettings(input) else { return }
        let server = try CheckedServer(settings)
        defer { server.tearDown() }
        for step in FrameScript(input.dropFirst(CheckSettings.byteCount)).steps {
            switch step {
            case .bytes(let bytes): try server.send(bytes)
            case .pause(let time): try server.advance(by: time)
            }
        }
        try server.finish()
        var reader = FrameReader(server.socket.output)
        try reader.readAll(isWhole: !settings.isStuck)
    }
}

/// Reads the frames that a server has written, as a client does that has sent whatever it liked.
@available(SwiftSSE 1.0, *)
private struct FrameReader {
    private struct Frame {
        let type: UInt8
        let flags: UInt8
        let stream: UInt32
        var payload: ByteBuffer
    }

    private static let endStream: UInt8 = 0x1
    private static let endHeaders: UInt8 = 0x4

    private var bytes: ByteBuffer
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    /// The block of fields that has begun, with the stream that it is for.
    private var block: (stream: UInt32, bytes: ByteBuffer)?
    private var ended: Set<UInt32> = []

    init(_ bytes: [UInt8]) {
        self.bytes = ByteBuffer(bytes: bytes)
        // As large as the client may have allowed.
        self.decoder.maxDynamicTableLength = Int(UInt32.max)
    }

    /// - Parameter isWhole: Whether the last frame has to be there as a whole.
    mutating func readAll(isWhole: Bool) throws {
        var isFirst = true
        while let frame = self.next() {
            try Self.require(!isFirst || frame.type == 4, "the first frame is of type \(frame.type)")
            isFirst = false
            try self.check(frame)
        }
        try Self.require(!isWhole || self.bytes.readableBytes == 0, "a frame is cut off")
    }

    private mutating func next() -> Frame? {
        var rest = self.bytes
        guard let lengthAndType = rest.readInteger(as: UInt32.self), let flags = rest.readInteger(as: UInt8.self),
            let stream = rest.readInteger(as: UInt32.self),
            let payload = rest.readSlice(length: Int(lengthAndType >> 8))
        else {
            return nil
        }
        self.bytes = rest
        return Frame(type: UInt8(lengthAndType & 0xFF), flags: flags, stream: stream, payload: payload)
    }

    private mutating func check(_ frame: Frame) throws {
        try Self.require(frame.type <= 9, "a frame has the type \(frame.type)")
        try Self.require(self.block == nil || frame.type == 9, "a block of fields is interrupted")
        let isOfStream = [0, 1, 2, 3, 5, 9].contains(frame.type)
        try Self.require(
            frame.type == 8 || isOfStream == (frame.stream != 0),
            "type \(frame.type) on stream \(frame.stream)"
        )
        switch frame.type {
        case 0: try self.note(frame, endsStream: frame.flags & Self.endStream != 0)
        case 1:
            try self.note(frame, endsStream: frame.flags & Self.endStream != 0)
            self.block = (frame.stream, frame.payload)
            if frame.flags & Self.endHeaders != 0 { try self.endBlock() }
        case 3: self.ended.insert(frame.stream)
        case 9:
            var payload = frame.payload
            try Self.require(self.block?.stream == frame.stream, "a block goes on that has not begun")
            self.block?.bytes.writeBuffer(&payload)
            if frame.flags & Self.endHeaders != 0 { try self.endBlock() }
        default: break
        }
    }

    private mutating func note(_ frame: Frame, endsStream: Bool) throws {
        try Self.require(frame.stream % 2 == 1, "the server has opened stream \(frame.stream)")
        try Self.require(!self.ended.contains(frame.stream), "stream \(frame.stream) goes on after its end")
        if endsStream { self.ended.insert(frame.stream) }
    }

    private mutating func endBlock() throws {
        guard var block = self.block?.bytes else { return }
        self.block = nil
        let fields = try self.decoder.decodeHeaders(from: &block)
        let status = fields.first(name: ":status").flatMap(Int.init) ?? 0
        try Self.require(status == 100 || 200...599 ~= status, "the status is \(status)")
        let others = fields.filter { $0.name != ":status" }
        try Self.require(others.count == fields.count - 1, "there is more than one status")
        try ResponseFields.check(others.map { ($0.name, $0.value) })
    }

    private static func require(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
        if !condition { throw ServerMismatch(description: otherwise()) }
    }
}
