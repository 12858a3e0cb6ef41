internal import Foundation
internal import NIOHTTP1
internal import SSETestSupport
internal import Testing

/// What the harness can ask of the service itself.
@Suite(.timeLimit(.minutes(3)))
struct ServiceTests {
    private struct Status: Decodable {
        let capabilities: [String]
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The service names the groups of tests that it is ready for`() async throws {
        try await withService { service, _ in
            let answer = try await service.send(.GET, "/")
            #expect(answer.status == 200)
            let status = try JSONDecoder().decode(Status.self, from: Data(answer.body.utf8))
            #expect(
                status.capabilities == [
                    "bom", "comments", "headers", "last-event-id", "post", "read-timeout", "report", "restart",
                    "server-directed-shutdown-request",
                ]
            )
        }
    }

    @Test(
        arguments: [
            "", "[]", "{}", #"{"streamUrl":"http://127.0.0.1:9"}"#, #"{"callbackUrl":"http://127.0.0.1:9"}"#,
            Self.parameters(#""streamUrl":"""#), Self.parameters(#""streamUrl":"/events""#),
            Self.parameters(#""callbackUrl":"ftp://127.0.0.1""#), Self.parameters(#""initialDelayMs":-1"#),
            Self.parameters(#""readTimeoutMs":0"#), Self.parameters(#""readTimeoutMs":"1""#),
            Self.parameters(#""method":"A B""#), Self.parameters(#""headers":{"a b":"c"}"#),
            Self.parameters(#""headers":{"a":"b\nc"}"#), Self.parameters(#""lastEventId":"a\nb""#),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Parameters that make no sense are refused`(json: String) async throws {
        try await withService { service, _ in
            let answer = try await service.send(.POST, "/", json)
            #expect(answer.status == 400)
        }
    }

    @Test(arguments: ["", "{}", #"{"command":"dance"}"#, #"{"command":1}"#])
    @available(SwiftSSE 1.0, *)
    func `Commands that are unknown are refused`(json: String) async throws {
        try await withHarness(streaming("")) { harness in
            let answer = try await harness.service.send(.POST, harness.client, json)
            #expect(answer.status == 400)
        }
    }

    @Test(arguments: ["/clients/7", "/clients/x", "/clients"])
    @available(SwiftSSE 1.0, *)
    func `Clients that are unknown are not found`(path: String) async throws {
        try await withService { service, _ in
            let command = try await service.send(.POST, path, #"{"command":"restart"}"#)
            let deletion = try await service.send(.DELETE, path)
            #expect(command.status == 404)
            #expect(deletion.status == 404)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Deleting a client closes its stream, and it is known no longer`() async throws {
        try await withHarness(streaming("data: 1\n\n")) { harness in
            try await harness.expect([.event("1")])
            let answer = try await harness.service.send(.DELETE, harness.client)
            #expect((200..<300).contains(answer.status))
            await harness.stream.closes.next()
            #expect(try await harness.service.send(.POST, harness.client, #"{"command":"restart"}"#).status == 404)
            #expect(harness.stream.requests.entries.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Each client has a location and numbers of its own`() async throws {
        try await withHarness(streaming("data: 1\n\n")) { harness in
            _ = try await harness.report()
            try await withTestServer(acceptReport) { callbacks in
                let wanted = WantedClient(streamUrl: harness.stream.url, callbackUrl: "\(callbacks.origin)/more/")
                let other = try await harness.service.make(wanted)
                #expect(other != harness.client)
                #expect(await callbacks.requests.next()?.path == "/more/1")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Deleting the service stops it with all its clients`() async throws {
        try await withTestServer(streaming("data: 1\n\n")) { stream in
            try await withTestServer(acceptReport) { callbacks in
                try await withService { service, untilStopped in
                    _ = try await service.make(WantedClient(streamUrl: stream.url, callbackUrl: callbacks.origin))
                    #expect(await callbacks.requests.next() != nil)
                    let answer = try await service.send(.DELETE, "/")
                    #expect((200..<300).contains(answer.status))
                    try await untilStopped()
                    await stream.closes.next()
                }
            }
        }
    }

    /// Parameters of which one is replaced.
    private static func parameters(_ member: String) -> String {
        let valid = [#""streamUrl":"http://127.0.0.1:9""#, #""callbackUrl":"http://127.0.0.1:9""#]
        let name = member.prefix { $0 != ":" }
        return "{\((valid.filter { !$0.hasPrefix(name) } + [member]).joined(separator: ","))}"
    }
}
