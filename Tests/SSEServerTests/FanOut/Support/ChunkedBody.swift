internal import NIOCore
internal import ServerSentEvents

/// Reads a body with the transfer coding `chunked` as strictly as can be, and the event stream within.
@available(SwiftSSE 1.0, *)
struct ChunkedBody {
    /// What is wrong with the bytes.
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    private var parser = EventStreamParser(configuration: .init(reportsComments: true))
    private(set) var hasEnded = false
    /// How many chunks begin with a topic.
    private(set) var topicCount = 0

    /// Takes out of the bytes all chunks that are there as a whole.
    mutating func read(_ bytes: inout ByteBuffer) throws -> [StreamItem] {
        var items: [StreamItem] = []
        while bytes.readableBytes > 0 {
            guard !self.hasEnded else { throw Malformed(description: "There are bytes behind the last chunk.") }
            guard let (size, start) = try Self.size(bytes) else { break }
            guard let end = bytes.getString(at: bytes.readerIndex + start + size, length: 2) else { break }
            guard end == "\r\n" else { throw Malformed(description: "A chunk of \(size) bytes ends with \(end).") }
            bytes.moveReaderIndex(forwardBy: start)
            let content = bytes.readSlice(length: size) ?? ByteBuffer()
            bytes.moveReaderIndex(forwardBy: 2)
            if size == 0 {
                self.hasEnded = true
            } else {
                items.append(try self.item(content))
            }
        }
        bytes.discardReadBytes()
        return items
    }

    /// A chunk's size, and how many bytes stand before its content.
    private static func size(_ bytes: ByteBuffer) throws -> (size: Int, start: Int)? {
        let line = bytes.readableBytesView.prefix(10)
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
            guard line.count < 10 else { throw Malformed(description: "There is no size where a chunk begins.") }
            return nil
        }
        let text = String(decoding: line[..<end], as: UTF8.self)
        guard text.utf8.last == UInt8(ascii: "\r"), let size = Int(text.dropLast(), radix: 16),
            String(size, radix: 16) == text.dropLast()
        else {
            throw Malformed(description: "\(text.debugDescription) is no chunk's size.")
        }
        return (size, line.distance(from: line.startIndex, to: end) + 1)
    }

    /// The one item of a chunk. A heartbeat may have a position behind its comment.
    private mutating func item(_ content: ByteBuffer) throws -> StreamItem {
        if content.readableBytesView.starts(with: "topic: ".utf8) { self.topicCount += 1 }
        let items = try self.parser.parse(content.readableBytesView)
        switch items.first {
        case .event(let event) where items.count == 1: return .event(event)
        case .comment where items.count == 1: return .comment
        case .retry where items.count == 1: return .retry
        case .lastEventID(let id) where items.count == 1: return .id(id.rawValue)
        case .comment where items.count == 2:
            if case .lastEventID(let id) = items[1] { return .id(id.rawValue) }
            throw Malformed(description: "A chunk holds a comment and \(items[1]).")
        default: throw Malformed(description: "A chunk holds \(items.count) items: \(items).")
        }
    }
}
