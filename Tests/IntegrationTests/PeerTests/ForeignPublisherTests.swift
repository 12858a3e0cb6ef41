internal import Foundation
internal import SSETestSupport
internal import Testing

/// Programs that know the hub only from Mercure's protocol: Python's requests and PyJWT publish, httpx-sse subscribes.
@Suite(
    .timeLimit(.minutes(15)),
    .withPrograms,
    .serialized,
    .enabled(if: Executable.peersPython != nil, "There is no .venv with Tests/IntegrationTests/Peers/requirements.txt.")
)
struct ForeignPublisherTests {
    /// What the hub says to an event that is published.
    private struct Answer: Decodable {
        let status: Int
        let type: String
        let body: String
    }

    private static let books = "https://example.com/books/{id}"
    private static let book = "https://example.com/books/1"
    private static let ada = "https://example.com/users/ada"

    @Test(
        .enabled(if: Executable.named("openssl") != nil, "There is no openssl."),
        arguments: ["HS256", "RS256", "ES256"]
    )
    @available(SwiftSSE 1.0, *)
    func `Publishers with tokens reach subscribers with and without`(algorithm: String) async throws {
        try await IssuerKeys.with(algorithm) { keys in
            // The peer takes a block without data for an event.
            let arguments = ["--port", "0", "--anonymous-subscribe", "--no-positions"]
            try await HubProcess.run(arguments + keys.arguments) { hub in
                let token = try await keys.token(subscribe: [Self.ada])
                let python = try #require(Executable.peersPython)
                let arguments = [Files.peer("read_events.py"), hub.url(topics: [Self.books]), "2", token]
                try await withProcess(python, arguments) { member in
                    // It says so once its stream is open.
                    _ = try #require(await member.errors.lines.first { $0 == "open" })
                    try await self.listen(hub, Self.books) { guest in
                        try await self.listen(hub, Self.ada, token: token) { user in
                            let answers = try await self.publish(hub, keys)
                            let id = try #require(answers.last?.body)
                            try await self.check(member, guest, user, id)
                        }
                    }
                }
            }
        }
    }

    @Test(
        .enabled(if: Executable.named("openssl") != nil, "There is no openssl."),
        arguments: ["HS256", "RS256", "ES256"]
    )
    @available(SwiftSSE 1.0, *)
    func `A token of somebody else's key is worth nothing`(algorithm: String) async throws {
        try await IssuerKeys.with(algorithm) { keys in
            try await IssuerKeys.with(algorithm) { others in
                try await HubProcess.run(["--port", "0"] + keys.arguments) { hub in
                    let token = try await others.token(publish: ["*"], subscribe: ["*"])
                    let answers = try await Self.send(#"{"topic": "t"}"#, to: hub, token: token)
                    #expect(answers.map(\.status) == [401])
                    let python = try #require(Executable.peersPython)
                    let arguments = [Files.peer("read_events.py"), hub.url(topics: ["*"]), "1", token]
                    let reader = try await run(python, arguments)
                    #expect(reader.exitCode == 1)
                    #expect(reader.errors.contains("401 Unauthorized"))
                }
            }
        }
    }

    /// Publishes as Mercure's guide for publishers has it, and looks at the answers.
    @available(SwiftSSE 1.0, *)
    private func publish(_ hub: HubProcess, _ keys: IssuerKeys) async throws -> [Answer] {
        let token = try await keys.token(publish: [Self.books, Self.ada])
        let forms = """
            {"topic": "https://example.com/cars/1", "data": "not granted"}
            {"topic": ["\(Self.book)", "https://example.com/cars/1"], "data": "granted in part"}
            {"data": "without a topic"}
            {"topic": "\(Self.book)", "data": "a wrong time", "retry": "soon"}
            {"topic": ["\(Self.book)", "\(Self.ada)"], "data": "for Ada:\\n\\ncaf\u{E9} & more", "private": "on", \
            "id": "urn:uuid:1", "type": "loan", "retry": 2500}
            {"topic": "\(Self.book)", "data": "{\\"status\\": \\"OutOfStock\\"}"}
            """
        let answers = try await Self.send(forms, to: hub, token: token)
        #expect(answers.map(\.status) == [403, 403, 400, 400, 200, 200])
        #expect(answers.allSatisfy { $0.type.hasPrefix("text/plain") && !$0.body.isEmpty })
        #expect(answers.dropLast().last?.body == "urn:uuid:1")
        return answers
    }

    @available(SwiftSSE 1.0, *)
    private static func send(_ forms: String, to hub: HubProcess, token: String) async throws -> [Answer] {
        let python = try #require(Executable.peersPython)
        let result = try await run(
            python,
            [Files.peer("publish_events.py"), hub.endpoint, token],
            input: forms + "\n"
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        return try result.outputLines.map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
    }

    /// Runs `sse listen`, to its first event.
    @available(SwiftSSE 1.0, *)
    private func listen(
        _ hub: HubProcess,
        _ topic: String,
        token: String? = nil,
        _ body: (RunningProcess) async throws -> Void
    ) async throws {
        let name = topic.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let header = token.map { ["--header", "Authorization: Bearer \($0)"] } ?? []
        try await hub.listen(topic: name, ["--json", "--max", "1"] + header, body)
    }

    /// - Parameters:
    ///   - member: Has the right to Ada's events, and asks for all books.
    ///   - guest: Has no rights, and asks for all books.
    ///   - user: Has the right to Ada's events, and asks for them.
    ///   - id: What the hub has called the public event.
    @available(SwiftSSE 1.0, *)
    private func check(
        _ member: RunningProcess,
        _ guest: RunningProcess,
        _ user: RunningProcess,
        _ id: String
    ) async throws {
        let (secret, open) = ("for Ada:\n\ncaf\u{E9} & more", #"{"status": "OutOfStock"}"#)
        let seenByGuest = await guest.result()
        #expect(try Self.events(seenByGuest) == [EventLine(data: open, id: id)])
        let seenByUser = await user.result()
        #expect(try Self.events(seenByUser) == [EventLine(type: "loan", data: secret, id: "urn:uuid:1")])
        let seenByMember = await member.result()
        #expect(seenByMember.exitCode == 0, "\(seenByMember.errors)")
        #expect(
            try Self.events(seenByMember) == [
                EventLine(type: "loan", data: secret, id: "urn:uuid:1"), EventLine(data: open, id: id),
            ]
        )
        #expect(seenByMember.outputLines.first?.contains(#""retry": 2500"#) == true)
    }

    @available(SwiftSSE 1.0, *)
    private static func events(_ result: ProcessResult) throws -> [EventLine] {
        try result.outputLines.map { try JSONDecoder().decode(EventLine.self, from: Data($0.utf8)) }
    }
}
