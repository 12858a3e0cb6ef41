import SSEBroker
import Testing

struct EventPositionTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [(1, 0), (1, 1), (35, 36), (UInt64.max, UInt64.max)])
    func `An id is read back`(epoch: UInt64, sequence: UInt64) {
        let position = EventPosition(epoch: epoch, sequence: sequence)
        #expect(EventPosition(wireID: position.wireID) == position)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An id is short`() {
        #expect(EventPosition(epoch: 36 * 36, sequence: 71).wireID == "#100-1z")
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            "", "#", "#-", "#1", "#1-", "#-1", "1-1", "#1-1-1", "#01-1", "#1-01", "#A-1", "#1-Z", "#+1-1", "#1-+1",
            "#1--1",
            "# 1-1", "#1-1 ", "#1-1\n", "#é-1", "#3w5e11264sgsg-1", "#1-3w5e11264sgsg",
            String(repeating: "#", count: 100),
        ]
    )
    func `Nothing else is read`(text: String) {
        #expect(EventPosition(wireID: text) == nil)
    }
}
