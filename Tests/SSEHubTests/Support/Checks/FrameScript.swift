import NIOCore

/// Frames as an input spells them, so that one of a few bytes gets far, and one that is changed somewhere does as well.
///
/// The preface and empty settings come first by themselves. Then each frame has four bytes and a payload:
///
/// | byte | meaning |
/// |---|---|
/// | 1 | in the low half the type of the frame, or one of those below; bit 4 is the stream's reserved bit, with 5 the length is one too many, and with 6 it is 16,385 |
/// | 2 | the flags |
/// | 3 | the stream |
/// | 4 | how many bytes of payload follow |
///
/// | type | meaning |
/// |---|---|
/// | 10 | a frame of a type that there is not |
/// | 11 | HEADERS whose fields are lines of text, the name before the first `=` |
/// | 12 | a payload without a frame |
/// | 13 | no frame, but a time: the fourth byte, in twentieths of a second |
/// | 14 | no frame, but a number: the next frame comes eight times as often as the fourth byte says |
/// | 15 | DATA, of sixty-four times as many bytes as the fourth byte says |
struct FrameScript {
    enum Step {
        case bytes([UInt8])
        case pause(TimeAmount)
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
    /// The most bytes of all frames.
    private static let maximumBytes = 128 * 1024

    private(set) var steps: [Step] = []
    private var bytes = Self.preface
    private var byteCount = 0
    private var repetitions = 1

    init(_ input: ArraySlice<UInt8>) {
        var rest = input
        while rest.count >= 4 {
            let head = Array(rest.prefix(4))
            rest = rest.dropFirst(4)
            self.add(head, payload: &rest)
        }
        self.steps.append(.bytes(self.bytes))
    }

    private mutating func add(_ head: [UInt8], payload rest: inout ArraySlice<UInt8>) {
        func take() -> [UInt8] {
            defer { rest = rest.dropFirst(Int(head[3])) }
            return Array(rest.prefix(Int(head[3])))
        }
        switch head[0] & 0x0F {
        case 13:
            self.steps += [.bytes(self.bytes), .pause(.milliseconds(50 * Int64(head[3])))]
            self.bytes = []
        case 14: self.repetitions = max(1, 8 * Int(head[3]))
        case 12: self.add(take())
        case 11: self.add(Self.frame(type: 1, head, Self.block(of: take())))
        case 15: self.add(Self.frame(type: 0, head, Array(repeating: 0x61, count: 64 * Int(head[3]))))
        case let type: self.add(Self.frame(type: type == 10 ? 0xFA : type, head, take()))
        }
    }

    private mutating func add(_ frame: [UInt8]) {
        for _ in 0..<self.repetitions where self.byteCount + frame.count <= Self.maximumBytes {
            self.bytes += frame
            self.byteCount += frame.count
        }
        self.repetitions = 1
    }

    private static func frame(type: UInt8, _ head: [UInt8], _ payload: [UInt8]) -> [UInt8] {
        var length = payload.count
        if head[0] & 0x20 != 0 { length += 1 }
        if head[0] & 0x40 != 0 { length = 16_385 }
        let sizes = [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)]
        return sizes + [type, head[1], head[0] & 0x10 == 0 ? 0 : 0x80, 0, 0, head[2]] + payload
    }

    /// Fields as they are written without any table
    /// ([RFC 7541, 6.2.2](https://www.rfc-editor.org/rfc/rfc7541#section-6.2.2)).
    private static func block(of text: [UInt8]) -> [UInt8] {
        text.split(separator: UInt8(ascii: "\n")).flatMap { line in
            let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return [0] + Self.string(parts[0]) + Self.string(parts.count > 1 ? parts[1] : [])
        }
    }

    private static func string(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        // A payload has 255 bytes at most, so that two more bytes are enough.
        let more = bytes.count - 127
        return (more < 0 ? [UInt8(bytes.count)] : [127, UInt8(more & 0x7F | 0x80), UInt8(more >> 7)]) + bytes
    }
}
