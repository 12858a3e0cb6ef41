#if NATS
import SSEBroker
import Testing

@testable import SSENATS

struct TopicMemoryTests {
    @available(SwiftSSE 1.0, *)
    @Test func `A subject is read once while it is remembered, and never taken for another`() throws {
        let encoding = SubjectEncoding(prefix: "sse")
        var memory = TopicMemory()
        var reads = 0
        // More than there are places, so that some have to give way to others.
        let topics = try (0..<1000).map { try Topic("books/\($0)") }
        for _ in 0..<3 {
            for topic in topics {
                for _ in 0..<2 {
                    let found = memory.topics(of: encoding.subject(of: topic).subject) { subject in
                        reads += 1
                        return encoding.topic(of: subject)
                    }
                    #expect(found == [topic])
                }
            }
        }
        #expect(reads >= topics.count && reads <= 3 * topics.count)
        #expect(memory.topics(of: "sse.%H.1") { _ in nil } == nil)
        #expect(memory.topics(of: "") { _ in nil } == nil)
    }
}
#endif
