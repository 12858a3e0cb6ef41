import SSEBroker
import SSEHub
import SSETestSupport
import ServerSentEvents
import Testing

/// The header `Idempotency-Key`.
@Suite(.timeLimit(.minutes(3)))
struct IdempotencyKeyTests {
    @available(SwiftSSE 1.0, *)
    @Test func `A repetition is published once and gets the same answer`() async throws {
        try await withHub { hub in
            let request = publication(form: "topic=a&data=x", ["Idempotency-Key: k"])
            let first = try await hub.exchange(request)
            // As the draft of the header wants it.
            let second = try await hub.exchange(publication(form: "topic=a&data=x", ["Idempotency-Key: \"k\""]))
            let other = try await hub.exchange(publication(form: "topic=a&data=x", ["Idempotency-Key: K"]))
            #expect(first.status == "200 OK" && second.status == "200 OK" && other.status == "200 OK")
            #expect(second.body == first.body)
            #expect(other.body != first.body)
            #expect(first.head["Idempotent-Replayed"].isEmpty)
            #expect(second.head["Idempotent-Replayed"] == ["true"])
            #expect(hub.broker.bounds.last == 2)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        [""], ["a b"], ["\"a\"b\""], ["a\\b"], ["ü"], [String(repeating: "k", count: 256)], ["a", "b"], ["\"\""],
    ])
    func `What is no key is refused`(keys: [String]) async throws {
        try await withHub { hub in
            let fields = keys.map { "Idempotency-Key: \($0)" }
            let response = try await hub.exchange(publication(form: "topic=a&data=x", fields))
            #expect(response.status == "400 Bad Request")
            #expect(response.body.contains("Idempotency-Key"))
            #expect(hub.broker.bounds.last == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The longest key is taken`() async throws {
        try await withHub { hub in
            let key = "Idempotency-Key: " + String(repeating: "k", count: 255)
            let response = try await hub.exchange(publication(form: "topic=a&data=x", [key]))
            #expect(response.status == "200 OK")
        }
    }
}
