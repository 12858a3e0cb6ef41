internal import SSEBroker
internal import Testing

@testable internal import SSEServer

struct GapFramesTests {
    @Test(
        "Each reason is told by an event of the type `gap` without an id",
        arguments: GapReason.allCases.map(\.rawValue)
    )
    @available(SwiftSSE 1.0, *)
    func reasons(reason: String) throws {
        let frame = GapFrames.frame(try #require(GapReason(rawValue: reason)))
        let text = "event: gap\ndata: \(reason)\n\n"
        #expect(String(decoding: frame.event, as: UTF8.self) == text)
        #expect(String(decoding: frame.chunk, as: UTF8.self) == "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }
}
