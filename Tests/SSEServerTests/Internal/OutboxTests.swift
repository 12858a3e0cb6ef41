internal import NIOCore
internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

/// The storage around the state machine, where the whole function cannot show the order of things.
@Suite(.timeLimit(.minutes(3)))
struct OutboxTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that fails because its task is cancelled is not taken for a client that has left`() async throws {
        let outbox = Outbox(configuration: .defaults, clock: ManualClock())
        let sink = TestSink(isBlocked: true)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var sink = sink
                await outbox.pump(into: &sink)
            }
            group.addTask {
                let error = await thrownError { try await outbox.send(ByteBuffer(string: "1")) }
                #expect((error as? SSEServerError)?.code == .streamEnded)
            }
            var begun = sink.begun.makeAsyncIterator()
            _ = await begun.next()
            group.cancelAll()
            #expect(await outbox.waitForEnd()?.code == .streamEnded)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that fails otherwise is`() async throws {
        let outbox = Outbox(configuration: .defaults, clock: ManualClock())
        let sink = TestSink(isBlocked: true)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var sink = sink
                await outbox.pump(into: &sink)
            }
            group.addTask {
                let error = await thrownError { try await outbox.send(ByteBuffer(string: "1")) }
                #expect((error as? SSEServerError)?.code == .clientDisconnected)
            }
            var begun = sink.begun.makeAsyncIterator()
            _ = await begun.next()
            sink.fail(ChannelError.ioOnClosedChannel)
            #expect(await outbox.waitForEnd()?.code == .clientDisconnected)
        }
    }
}
