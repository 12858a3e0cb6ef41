import SSEBroker
import SSEHub
import SSETestSupport
import ServerSentEvents
import Testing

/// The names of the protocol's generations.
@Suite(.timeLimit(.minutes(3)))
struct ProtocolTests {
    @available(SwiftSSE 1.0, *)
    private func withHub(
        _ version: MercureVersion,
        needsToken: Bool = false,
        _ test: (RunningHub) async throws -> Void
    ) async throws {
        try await SSEHubTests.withHub { configuration in
            configuration.mercureVersion = version
            configuration.allowsTokenInQuery = true
            configuration.allowedOrigins = ["https://a.example"]
            if needsToken { configuration.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key)) }
        } _: {
            try await test($0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: MercureVersion.allCases)
    func `What is wanted is named as the protocol names it`(version: MercureVersion) async throws {
        let (isOld, isNew) = (version != .version1, version != .version0)
        let queries = [
            ("?topic=a", isOld), ("?topic=%7Bx%7D", isOld), ("?topic=*", isOld), ("?match=a", isNew),
            ("?match_exact=a", isNew), ("?match=*", isNew), ("?match=b&match=a", isNew),
            ("?topic=b&match=a", isNew), ("?Match=a", false), ("", false),
        ]
        try await self.withHub(version) { hub in
            for (query, isUnderstood) in queries {
                try await hub.withConnection { client in
                    let head = try await client.subscribe(query)
                    if isUnderstood {
                        try await hub.waitForSubscribers(1)
                        try await hub.broker.publish(ServerSentEvent(data: "x"), to: "a")
                        let events = try await client.readEvents(through: "x")
                        #expect(events.contains("data: x\n"), "\(query)")
                    } else if query.contains("topic=b") {
                        // Asks an old hub for something else.
                        #expect(head.statusLine == "HTTP/1.1 200 OK", "\(query)")
                    } else {
                        #expect(head.statusLine == "HTTP/1.1 400 Bad Request", "\(query)")
                    }
                }
                try await hub.waitForSubscribers(0)
            }
            let missing = try await hub.exchange(subscription("?x=a"))
            #expect(missing.isOneLineOfText && missing.body.contains(isOld ? "?topic=" : "?match="))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [MercureVersion.version1, .both])
    func `Other parameters that begin with match are refused`(version: MercureVersion) async throws {
        try await self.withHub(version) { hub in
            for name in [
                "match_urlpattern", "MATCH", "Match_exact", "matches", "match%5Fregexp", "match%0A", "match%20",
            ] {
                let response = try await hub.exchange(subscription("?match=a&topic=a&\(name)=b"))
                #expect(response.status == "400 Bad Request" && response.isOneLineOfText, "\(name)")
            }
            for query in ["?match=", "?match", "?match=%00", "?match=%FF", "?match_exact=%E2%80%8E"] {
                #expect(try await hub.exchange(subscription(query)).status == "400 Bad Request", "\(query)")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A name with braces that is matched exactly is no template`() async throws {
        try await self.withHub(.both) { hub in
            try await hub.withConnection { client in
                _ = try await client.subscribe("?match=%7Bx%7D")
                try await hub.waitForSubscribers(1)
                try await hub.broker.publish(ServerSentEvent(data: "other"), to: "a")
                try await hub.broker.publish(ServerSentEvent(data: "own"), to: "{x}")
                let events = try await client.readEvents(through: "own")
                #expect(!events.contains("other"))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: MercureVersion.allCases)
    func `Where a stream begins is asked for and told by the protocol's names`(version: MercureVersion) async throws {
        let (isOld, isNew) = (version != .version1, version != .version0)
        let cases: [(String, [String], String?)] = [
            ("&last_event_id=1", [], isNew ? "1" : nil), ("&lastEventID=1", [], isOld ? "1" : nil),
            ("&Last-Event-ID=1", [], isOld ? "1" : nil), ("", ["Last-Event-ID: 2"], "2"),
            ("&last_event_id=1&lastEventID=1", ["Last-Event-ID: 2"], "2"),
            ("&last_event_id=2&lastEventID=1", [], isNew ? "2" : "1"), ("&last_event_id=", [], isNew ? "3" : nil),
            ("&last_event_id=earliest", [], isNew ? "earliest" : nil), ("", [], nil),
        ]
        try await self.withHub(version) { hub in
            for number in 1...3 {
                try await hub.broker.publish(ServerSentEvent(data: "\(number)", id: try .init("\(number)")), to: "a")
            }
            // Who asks for nothing is told the position.
            let position = EventPosition(epoch: hub.broker.bounds.epoch, sequence: 3).wireID
            for (query, fields, id) in cases {
                try await hub.withConnection { client in
                    let head = try await client.subscribe("?\(version.matcherName)=a\(query)", fields)
                    #expect(head.statusLine == "HTTP/1.1 200 OK")
                    #expect(head["Last-Event-ID"] == (isOld ? [id ?? position] : []), "\(query)")
                    #expect(head["Mercure-Last-Event-ID"] == (isNew ? [id ?? position] : []), "\(query)")
                }
            }
            try await hub.withConnection { client in
                let query = "?\(version.matcherName)=a&last_event_id=1"
                let head = try await client.subscribe(query, ["Origin: https://a.example"])
                let exposed = try #require(head["Access-Control-Expose-Headers"].first)
                #expect(exposed.contains("Mercure-Last-Event-ID") == isNew)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: MercureVersion.allCases)
    func `A token is in the protocol's cookie, and with 1_0 in no query`(version: MercureVersion) async throws {
        let (isOld, isNew) = (version != .version1, version != .version0)
        let token = try await TestToken.subscribing(to: "*").signed()
        let old = "mercureAuthorization=\(token)"
        let new = "__Secure-mercure_access_token=\(token)"
        let cases: [(String, [String], Bool)] = [
            ("", ["Cookie: \(old)"], isOld), ("", ["Cookie: \(new)"], isNew), ("", ["Cookie: \(old); \(new)"], true),
            ("", ["Cookie: \(new.lowercased())"], false), ("", ["Authorization: Bearer \(token)"], true),
            ("&authorization=\(token)", [], isOld),
        ]
        try await self.withHub(version, needsToken: true) { hub in
            for (query, fields, isAccepted) in cases {
                try await hub.withConnection { client in
                    let status = try await client.subscribe("?\(version.matcherName)=a\(query)", fields).statusLine
                    #expect(
                        status == (isAccepted ? "HTTP/1.1 200 OK" : "HTTP/1.1 401 Unauthorized"),
                        "\(query) \(fields)"
                    )
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: MercureVersion.allCases)
    func `The type of the hub's own events is reserved by 1_0`(version: MercureVersion) async throws {
        try await self.withHub(version) { hub in
            let response = try await hub.exchange(publication(form: "topic=a&type=mercure"))
            #expect(response.status == (version == .version0 ? "200 OK" : "400 Bad Request"))
            #expect(try await hub.exchange(publication(form: "topic=a&type=Mercure")).status == "200 OK")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: MercureVersion.allCases)
    func `The console asks by a name that the hub knows`(version: MercureVersion) async throws {
        try await self.withHub(version) { hub in
            let page = try await hub.exchange("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").body
            #expect(page.contains(#"["\#(version.matcherName)", selector]"#))
            #expect(!page.contains("{matcher}"))
        }
    }
}
