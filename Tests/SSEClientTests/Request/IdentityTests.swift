internal import Foundation
internal import HTTPTypes
internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// Who a client says it is.
@Suite(.timeLimit(.minutes(3)))
struct IdentityTests {
    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `The client names itself, unless the request does`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { _ in
            .stream("data: 1\n\n")
        } _: { peer in
            _ = try await peer.client.events(of: peer.url)
            let request = EventStreamRequest(url: peer.url, headers: [.userAgent: "mine/2"])
            #expect(await peer.client.outcome(of: request).error == nil)
            #expect(peer.requests.entries.map { $0["User-Agent"] } == [EventStreamRequest.userAgent, "mine/2"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The version is that of the changelog`() throws {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../CHANGELOG.md")
            .standardizedFileURL
        let text = try String(contentsOf: file, encoding: .utf8)
        let version = try #require(text.firstMatch(of: /What will be ([0-9.]+)\.\n/)?.1)
        #expect(EventStreamRequest.userAgent == "swift-sse/\(version)")
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `User name and password in the URL are sent in a field`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { _ in
            .stream("data: 1\n\n")
        } _: { peer in
            let url = peer.url.replacing("http://", with: "http://us%C3%A9r:p%3Aa%20ss@")
            try await peer.client.withStream(EventStreamRequest(url: url)) { response, _ in
                #expect(response.url == peer.url)
            }
            var request = EventStreamRequest(url: url)
            request.headers[.authorization] = "Bearer x"
            #expect(await peer.client.outcome(of: request).error == nil)
            let basic = "Basic \(Data("us\u{e9}r:p:a ss".utf8).base64EncodedString())"
            #expect(peer.requests.entries.map { $0["Authorization"] } == [basic, "Bearer x"])
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `They do not go to another origin`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { request in
            if request.isOther { return .stream("data: 1\n\n") }
            return Scenario(status: 302, headers: [.location: "\(request.otherOrigin)/there"])
        } _: { peer in
            let outcome = await peer.client.outcome(of: peer.url.replacing("http://", with: "http://user:secret@"))
            #expect(outcome.data == ["1"])
            #expect(peer.requests.entries.map { $0["Authorization"] != nil } == [true, false])
        }
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `What a redirect writes before an @ is not sent`(transport: TransportUnderTest) async throws {
        try await withPeer(over: transport) { request in
            if request.isOther { return .stream("data: 1\n\n") }
            let location = "\(request.otherOrigin)/there".replacing("http://", with: "http://user:secret@")
            return Scenario(status: 302, headers: [.location: location])
        } _: { peer in
            try await peer.client.withStream(EventStreamRequest(url: peer.url)) { response, _ in
                #expect(!response.url.contains("secret"))
            }
            #expect(peer.requests.entries.map { $0["Authorization"] } == [nil, nil])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A subscription sends them each time, also after a redirect`() async throws {
        let transport = InMemoryTransport { request, number in
            if request.url == "http://one.test/" {
                return InMemoryResponse(status: .found, headers: [.location: "/events"])
            }
            return number < 4 ? InMemoryResponse("data: \(number)\n\n") : InMemoryResponse(status: .noContent)
        }
        let client = EventStreamClient(transport: transport)
        let data = try await client.promptSubscription(to: "http://user:secret@one.test/").data(2)
        #expect(data == ["2", "3"])
        let basic = "Basic \(Data("user:secret".utf8).base64EncodedString())"
        #expect(transport.requests.map { $0.headers[.authorization] } == [basic, basic, basic])
        #expect(
            transport.requests.map(\.url) == ["http://one.test/", "http://one.test/events", "http://one.test/events"]
        )
    }

    @Test(
        arguments: TransportUnderTest.allCases,
        ["http://user:secret@one.test:99999/", "ftp://user:secret@a", "//user:secret@a", "http://user:secret@"]
    )
    @available(SwiftSSE 1.0, *)
    func `No error prints them`(transport: TransportUnderTest, url: String) async throws {
        try await withPeer(over: transport) { _ in
            .stream()
        } _: { peer in
            let outcome = await peer.client.outcome(of: url)
            if transport != .inMemory { #expect(outcome.clientError?.code == .invalidRequest) }
            #expect(!String(describing: outcome.error).contains("secret"))
        }
    }

    @Test(
        arguments: [
            ("http://a:b@c/d@e", "http://c/d@e", "a:b"), ("http://a@c", "http://c", "a:"),
            ("http://a:b@c@d/", "http://d/", "a:b@c"), ("http://:b@c", "http://c", ":b"),
            ("http://@c", "http://c", nil), ("http://a%3Ab:c@d", "http://d", nil),
            ("http://a%zz:b@c", "http://c", "a%zz:b"),
            ("http://a:b:c@d", "http://d", "a:b:c"),
        ]
    )
    func `What stands before an @ is found in any text`(url: String, remainder: String, credentials: String?) throws {
        let userInfo = try #require(UserInfo(in: url))
        #expect(userInfo.remainder == remainder)
        #expect(userInfo.authorization == credentials.map { "Basic \(Data($0.utf8).base64EncodedString())" })
    }

    @Test(arguments: ["http://a/b@c", "http://a?b@c", "http://a#b@c", "a@b", "", "//", "http://a"])
    func `Other texts have none`(url: String) {
        #expect(UserInfo(in: url) == nil)
    }

    // MARK: What a server wants to see again

    @Test
    @available(SwiftSSE 1.0, *)
    func `Each attempt gets the head of the last response, and may answer it`() async throws {
        let transport = InMemoryTransport { _, number in
            switch number {
            case 1:
                InMemoryResponse("data: 1\n\n", headers: [.contentType: "text/event-stream", .setCookie: "a=1"])
            case 2: InMemoryResponse(status: .serviceUnavailable, headers: [.setCookie: "a=2"])
            case 3: .noConnection()
            case 4: InMemoryResponse("data: 4\n\n")
            default: InMemoryResponse(status: .noContent)
            }
        }
        var policy = ReconnectionPolicy.defaults
        policy.initialDelay = .zero
        policy.multiplier = 1
        policy.honoursRetryAfter = false
        let client = EventStreamClient(transport: transport)
        let subscription = client.subscription(configuration: .init(policy: policy)) { attempt in
            var request = EventStreamRequest(url: "http://one.test/")
            if let cookie = attempt.previousResponse?.headers[.setCookie] { request.headers[.cookie] = cookie }
            return request
        }
        let data = try await subscription.collected().map(\.data)
        #expect(data == ["1", "4"])
        #expect(transport.requests.map { $0.headers[.cookie] } == [nil, "a=1", "a=2", "a=2", nil])
    }
}
