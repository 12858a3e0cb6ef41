import SSETestSupport
import Testing

/// The fuzzer's checks of whole connections to the hub's server, on the inputs that were kept.
@Suite(.timeLimit(.minutes(5)))
struct ConnectionCheckTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Every kept connection of HTTP/1.1 is answered well and leaves nothing behind`() throws {
        let inputs = try FailCases.inputs(of: "FuzzConnection")
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(input.name)") { try ConnectionCheck.check(input.bytes) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Every kept connection of HTTP/2 is answered well and leaves nothing behind`() throws {
        let inputs = try FailCases.inputs(of: "FuzzFrames")
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(input.name)") { try FrameCheck.check(input.bytes) }
        }
    }
}
