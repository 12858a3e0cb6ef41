internal import HTTPTypes
internal import SSEClient
internal import ServerSentEvents
internal import Testing

/// Requests and settings as values.
@Suite
struct RequestValueTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A request is a GET with nothing, unless it says otherwise`() {
        let request = EventStreamRequest(url: "http://localhost/")
        #expect(request.url == "http://localhost/")
        #expect(request.method == .get)
        #expect(request.headers == [:])
        #expect(request.body == nil)
        #expect(request.lastEventID == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `All of a request can be set, and be read`() {
        var request = EventStreamRequest(url: "http://localhost/")
        request.url = "http://localhost/2"
        request.method = .post
        request.headers = [.authorization: "x"]
        request.body = [1]
        request.lastEventID = "7"
        let same = EventStreamRequest(
            url: "http://localhost/2",
            method: .post,
            headers: [.authorization: "x"],
            body: [1],
            lastEventID: "7"
        )
        #expect(request == same)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client's settings: 16 MiB an event, text, no comments, 5 minutes, no connect timeout`() {
        let configuration = EventStreamClient().configuration
        #expect(configuration.parser.limits.eventBytes == 16 << 20)
        #expect(configuration.parser.limits.lineBytes == 16 << 20)
        #expect(configuration.parser.dataEncoding == .text)
        #expect(!configuration.parser.reportsComments)
        #expect(configuration.idleTimeout == .seconds(300))
        #expect(configuration.connectTimeout == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Clients share what makes the connections`() {
        #expect(EventStreamClient().httpClient === EventStreamClient().httpClient)
    }
}
