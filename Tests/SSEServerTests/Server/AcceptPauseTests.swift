internal import NIOCore
internal import NIOEmbedded
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// A process that may open no more files, with a clock moved by hand.
struct AcceptPauseTests {
    /// Belongs to the thread that makes it.
    @available(SwiftSSE 1.0, *)
    private struct Listener {
        let channel = EmbeddedChannel()

        init() throws { try self.channel.pipeline.syncOperations.addHandler(AcceptPauseHandler()) }

        /// Whether it accepts, `nil` if nobody has said anything about it.
        var isAccepting: Bool? {
            self.channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }?.value as? Bool
        }

        func fail(_ error: any Error = IOError(errnoCode: 24, reason: "accept")) {
            self.channel.pipeline.fireErrorCaught(error)
            // The handlers behind are told as well.
            #expect(throws: (any Error).self) { try self.channel.throwIfErrorCaught() }
        }

        func advance(_ milliseconds: Int64) {
            self.channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An accept that fails stops accepting for a moment`() throws {
        let listener = try Listener()
        listener.fail()
        #expect(listener.isAccepting == false)
        listener.advance(199)
        #expect(listener.isAccepting == false)
        listener.advance(1)
        #expect(listener.isAccepting == true)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Failures during the pause do not make it longer, and one after it begins another`() throws {
        let listener = try Listener()
        listener.fail()
        listener.advance(150)
        listener.fail()
        listener.advance(50)
        #expect(listener.isAccepting == true)
        // Nothing is left that would end the next pause early.
        listener.advance(10)
        listener.fail()
        #expect(listener.isAccepting == false)
        listener.advance(199)
        #expect(listener.isAccepting == false)
        listener.advance(1)
        #expect(listener.isAccepting == true)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Other errors stop nothing`() throws {
        let listener = try Listener()
        listener.fail(ChannelError.inputClosed)
        #expect(listener.isAccepting == nil)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A listener that is closed during the pause is left alone`() throws {
        let listener = try Listener()
        listener.fail()
        _ = try listener.channel.finish()
        listener.channel.allowOptionsWhenClosed = false
        listener.advance(1000)
        #expect(listener.isAccepting == false)
    }
}
