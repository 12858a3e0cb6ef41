internal import HTTPTypes
internal import NIOCore
internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// The hand-over from one thread to another.
@Suite(.timeLimit(.minutes(3)))
struct ResponseChannelTests {
    @available(SwiftSSE 1.0, *)
    private static let head = EventStreamResponse(url: "http://localhost/", status: .ok, headers: [:])

    @Test
    @available(SwiftSSE 1.0, *)
    func `Everything comes in order, whoever is faster`() async throws {
        let channel = ResponseChannel<ByteBuffer>()
        let resumed = Log<Void>()
        async let numbers = Self.numbers(in: channel)
        channel.receive(Self.head)
        for number in 0..<2000 {
            let chunk = ByteBuffer(string: "\(number) ".padding(to: 1000))
            var isPaused = false
            channel.receive(chunk) {
                isPaused = true
                return { resumed.append(()) }
            }
            channel.wakeReader()
            if isPaused { await resumed.next() }
        }
        channel.finish(nil)
        #expect(try await numbers == Array(0..<2000))
    }

    @available(SwiftSSE 1.0, *)
    private static func numbers(in channel: ResponseChannel<ByteBuffer>) async throws -> [Int] {
        #expect(try await channel.head() == Self.head)
        var numbers: [Int] = []
        while let chunk = try await channel.nextChunk() {
            numbers += String(buffer: chunk).split(separator: " ").compactMap { Int($0) }
        }
        return numbers
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelling lets a paused receiver go, and fails the reader`() async throws {
        let channel = ResponseChannel<ByteBuffer>()
        let resumed = Log<Void>()
        let chunk = ByteBuffer(repeating: 0, count: ResponseChannelStateMachine<ByteBuffer>.highWatermark)
        channel.receive(chunk) { { resumed.append(()) } }
        #expect(resumed.entries.isEmpty)
        channel.cancel()
        #expect(resumed.entries.count == 1)
        await #expect(throws: CancellationError.self) { try await channel.head() }
        await #expect(throws: CancellationError.self) { try await channel.nextChunk() }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelling wakes a reader that waits`() async throws {
        let channel = ResponseChannel<ByteBuffer>()
        channel.receive(Self.head)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) { try await channel.nextChunk() }
            }
            channel.cancel()
        }
    }
}

extension String {
    fileprivate func padding(to count: Int) -> String {
        self + String(repeating: " ", count: Swift.max(count - self.utf8.count, 0))
    }
}
