internal import ServerSentEvents
internal import Testing

struct ReconnectionTimeTests {
    @Test(
        arguments: [
            (.zero, 0), (.milliseconds(1), 1), (.seconds(3), 3000), (.microseconds(1999), 1), (.nanoseconds(1), 0),
            (.milliseconds(Int64.max), .max), (.milliseconds(Int64.max) + .nanoseconds(999_999), .max),
            (.seconds(1) + .microseconds(500), 1000),
        ] as [(Duration, Int64)]
    )
    @available(SwiftSSE 1.0, *)
    func `A duration is cut to whole milliseconds`(duration: Duration, milliseconds: Int64) throws {
        #expect(try ServerSentEvent.ReconnectionTime(duration).milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            .milliseconds(-1), .nanoseconds(-1), .seconds(-3), .milliseconds(Int64.max) + .milliseconds(1),
            .seconds(Int64.max), .seconds(Int64.min), .milliseconds(Int64.min),
        ] as [Duration]
    )
    @available(SwiftSSE 1.0, *)
    func `A duration below zero or beyond all numbers is refused, and the error names the field`(_ duration: Duration) {
        let error = #expect(throws: ServerSentEventsError.self) { try ServerSentEvent.ReconnectionTime(duration) }
        #expect(error?.code == .invalidReconnectionTime)
        #expect(error?.message.contains("'retry'") == true)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Whole milliseconds and seconds need no check`() {
        #expect(ServerSentEvent.ReconnectionTime.milliseconds(0).milliseconds == 0)
        #expect(ServerSentEvent.ReconnectionTime.milliseconds(.max).milliseconds == 4_294_967_295)
        #expect(ServerSentEvent.ReconnectionTime.seconds(3) == .milliseconds(3000))
        #expect(ServerSentEvent.ReconnectionTime.seconds(.max).milliseconds == 4_294_967_295_000)
    }

    @Test(arguments: [.zero, .milliseconds(1), .seconds(3), .milliseconds(Int64.max)] as [Duration])
    @available(SwiftSSE 1.0, *)
    func `A time is a duration again`(_ duration: Duration) throws {
        #expect(try ServerSentEvent.ReconnectionTime(duration).duration == duration)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A time is described with its unit`() {
        #expect(ServerSentEvent.ReconnectionTime.seconds(3).description == "3000 ms")
    }
}
