internal import HTTPTypes
internal import NIOCore
internal import Testing

@testable internal import SSEClient

/// Who waits, who pauses, and how it ends.
@Suite
struct ResponseChannelStateMachineTests {
    private struct TestError: Error {}

    @available(SwiftSSE 1.0, *)
    private static let head = EventStreamResponse(url: "http://localhost/", status: .ok, headers: [:])

    private static func chunk(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: 0x61, count: count) }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A reader waits for the head, and gets it as often as it asks`() {
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        #expect(machine.headName == "wait")
        machine.receive(Self.head)
        #expect(machine.headName == "head")
        #expect(machine.headName == "head")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A response that ends without a head fails as a connection that failed`() {
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        machine.finish(nil)
        #expect(machine.headName == "connectionFailed")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func
        `A reader of the body waits until there are chunks, and gets them one by one, in order, also those that come meanwhile`()
    {
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        machine.receive(Self.head)
        #expect(machine.chunkName == "wait")
        machine.expectReceive(Self.chunk(1), pauses: false)
        machine.expectReceive(Self.chunk(2), pauses: false)
        #expect(machine.hasNews)
        #expect(machine.chunkName == "chunk 1")
        machine.expectReceive(Self.chunk(3), pauses: false)
        #expect(machine.chunkName == "chunk 2")
        #expect(machine.hasNews)
        #expect(machine.chunkName == "chunk 3")
        #expect(!machine.hasNews)
        #expect(machine.chunkName == "wait")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An empty chunk is no news`() {
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        machine.expectReceive(ByteBuffer(), pauses: false)
        #expect(!machine.hasNews)
        #expect(machine.chunkName == "wait")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The receiver pauses at the watermark, and goes on when half of that is left`() {
        let limit = ResponseChannelStateMachine<ByteBuffer>.highWatermark
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        machine.expectReceive(Self.chunk(limit / 2 - 1), pauses: false)
        machine.expectReceive(Self.chunk(1), pauses: false)
        machine.expectReceive(Self.chunk(limit / 2), pauses: true)
        #expect(machine.chunkName == "chunk \(limit / 2 - 1)")
        #expect(machine.chunkName == "chunk 1, resume")
        machine.expectReceive(Self.chunk(1), pauses: false)
        #expect(machine.chunkName == "chunk \(limit / 2)")
        #expect(machine.chunkName == "chunk 1")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A chunk that was under way when the receiver was told to pause does not keep it from going on`() {
        let limit = ResponseChannelStateMachine<ByteBuffer>.highWatermark
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        machine.expectReceive(Self.chunk(limit / 4), pauses: false)
        machine.expectReceive(Self.chunk(limit), pauses: true)
        #expect(machine.chunkName == "chunk \(limit / 4)")
        machine.expectReceive(Self.chunk(10), pauses: false)
        #expect(machine.chunkName == "chunk \(limit), resume")
        #expect(machine.chunkName == "chunk 10")
    }

    @Test(arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func `What came before the end is read before the end`(isFailure: Bool) {
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        machine.receive(Self.head)
        _ = machine.receive(Self.chunk(3))
        machine.finish(isFailure ? TestError() : nil)
        #expect(machine.headName == "head")
        #expect(machine.chunkName == "chunk 3")
        #expect(machine.hasNews)
        #expect(machine.chunkName == (isFailure ? "TestError" : "end"))
        #expect(machine.chunkName == (isFailure ? "TestError" : "end"))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The first end counts`() {
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        machine.finish(nil)
        machine.finish(TestError())
        #expect(machine.chunkName == "end")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What comes after the end is dropped`() {
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        machine.finish(TestError())
        machine.receive(Self.head)
        machine.expectReceive(Self.chunk(ResponseChannelStateMachine<ByteBuffer>.highWatermark), pauses: false)
        #expect(machine.headName == "TestError")
        #expect(machine.chunkName == "TestError")
    }

    @Test(arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func `A cancelled reader gets nothing of what is there`(isFinished: Bool) {
        var machine = ResponseChannelStateMachine<ByteBuffer>()
        machine.receive(Self.head)
        _ = machine.receive(Self.chunk(3))
        if isFinished { machine.finish(nil) }
        machine.cancel()
        #expect(machine.hasNews)
        #expect(machine.headName == "CancellationError")
        #expect(machine.chunkName == "CancellationError")
    }
}

@available(SwiftSSE 1.0, *)
extension ResponseChannelStateMachine where Chunk == ByteBuffer {
    fileprivate var headName: String {
        switch self.nextHead() {
        case .wait: "wait"
        case .head: "head"
        case .fail(let error): Self.name(of: error)
        }
    }

    fileprivate var chunkName: String {
        mutating get {
            switch self.nextChunk() {
            case .wait: "wait"
            case .end: "end"
            case .fail(let error): Self.name(of: error)
            case .chunk(let chunk, let resumes): "chunk \(chunk.readableBytes)\(resumes ? ", resume" : "")"
            }
        }
    }

    fileprivate mutating func expectReceive(
        _ chunk: ByteBuffer,
        pauses: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let isPaused = self.receive(chunk)
        #expect(isPaused == pauses, sourceLocation: sourceLocation)
    }

    private static func name(of error: any Error) -> String {
        (error as? SSEClientError).map { "\($0.code)" } ?? "\(type(of: error))"
    }
}
