internal import Foundation
internal import SSETestSupport
internal import Testing

/// What Mercure's own conformance suite asks of a hub, by a page of the hub in Chromium.
@Suite(.timeLimit(.minutes(15)), .withPrograms, .serialized, .enabled(if: BrowserPage.browser != nil, BrowserPage.note))
struct MercureConformanceTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `An event reaches who has subscribed to one of its topics`() async throws {
        let cases = MercureCase.received
        #expect(cases.count == 5)
        try await self.check(cases)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event does not reach who has subscribed to something else`() async throws {
        let cases = MercureCase.unmatched
        #expect(cases.count == 3)
        try await self.check(cases)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A private event does not reach who has no token`() async throws {
        let cases = MercureCase.unauthorized
        #expect(cases.count == 3)
        try await self.check(cases)
    }

    @available(SwiftSSE 1.0, *)
    private func check(_ cases: [MercureCase]) async throws {
        let token = try await PublisherToken.make(subscribed: ["*"])
        let arguments = [
            "--port", "0", "--publisher-key", PublisherToken.key, "--subscriber-key", PublisherToken.key,
            "--anonymous-subscribe",
        ]
        try await HubProcess.run(arguments, deadline: .seconds(150)) { hub in
            try await BrowserPage.open("\(hub.origin)/healthz") { page in
                for one in cases {
                    try await self.check(one, hub, page, token)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    private func check(_ one: MercureCase, _ hub: HubProcess, _ page: BrowserPage, _ token: String) async throws {
        let name = one.testDescription
        let event = BrowserPage.Message(id: "urn:uuid:\(UUID().uuidString)", data: "\(name)\n\nafter an empty line")
        let next = BrowserPage.Message(id: "urn:uuid:\(UUID().uuidString)", data: "next")
        try await page.open(name, at: hub.url(topics: one.selectors))
        for (message, topics, isPrivate) in [(event, one.topics, one.isPrivate), (next, [one.next], false)] {
            let fields =
                topics.map { ("topic", $0) } + [("id", message.id), ("data", message.data)]
                + (isPrivate ? [("private", "on")] : [])
            let answer = try await page.publish(fields, to: hub.endpoint, token: token)
            #expect(answer.status == 200 && answer.body == message.id, "\(name): \(answer)")
            #expect(answer.type.hasPrefix("text/plain"), "\(name)")
        }
        try await page.wait(for: next.data, from: name)
        let messages = try await page.messages(of: name)
        #expect(messages == (one.isReceived ? [event, next] : [next]), "\(name)")
        try await page.close(name)
    }
}
