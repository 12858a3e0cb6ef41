internal import HTTPTypes
internal import NIOHTTP1
internal import SSEServer
internal import Testing

/// What the head of an event stream gets.
struct HeaderTests {
    @Test("An empty head gets the type, no caching and no buffering")
    @available(SwiftSSE 1.0, *)
    func defaults() {
        var fields: HTTPFields = [:]
        fields.prepareForEventStream()
        #expect(
            fields == [.contentType: "text/event-stream", .cacheControl: "no-cache", .xAccelBuffering: "no"]
        )

        var headers: HTTPHeaders = [:]
        headers.prepareForEventStream()
        #expect(headers.count == 3)
        #expect(headers["Content-Type"] == ["text/event-stream"])
        #expect(headers["Cache-Control"] == ["no-cache"])
        #expect(headers["X-Accel-Buffering"] == ["no"])
    }

    @Test("What the caller has set about caching and buffering stays, and so does what is the caller's alone")
    @available(SwiftSSE 1.0, *)
    func overrides() throws {
        let custom = try #require(HTTPField.Name("X-Custom"))
        var fields: HTTPFields = [.cacheControl: "no-store", .xAccelBuffering: "yes", custom: "1"]
        fields.prepareForEventStream()
        #expect(fields[.cacheControl] == "no-store")
        #expect(fields[.xAccelBuffering] == "yes")
        #expect(fields[custom] == "1")

        var headers: HTTPHeaders = ["cache-control": "no-store", "x-accel-buffering": "yes", "X-Custom": "1"]
        headers.prepareForEventStream()
        #expect(headers["Cache-Control"] == ["no-store"])
        #expect(headers["X-Accel-Buffering"] == ["yes"])
        #expect(headers["X-Custom"] == ["1"])
    }

    @Test("Another type or a length would be wrong, and go")
    @available(SwiftSSE 1.0, *)
    func typeAndLength() {
        var fields: HTTPFields = [.contentType: "text/plain", .contentLength: "5"]
        fields.prepareForEventStream()
        #expect(fields[values: .contentType] == ["text/event-stream"])
        #expect(!fields.contains(.contentLength))

        var headers: HTTPHeaders = ["content-type": "text/plain", "content-length": "5"]
        headers.prepareForEventStream()
        #expect(headers["Content-Type"] == ["text/event-stream"])
        #expect(!headers.contains(name: "Content-Length"))
    }

    @Test("The fields have the names of the standard")
    @available(SwiftSSE 1.0, *)
    func names() {
        #expect(HTTPField.Name.lastEventID.rawName == "Last-Event-ID")
        #expect(HTTPField.Name.xAccelBuffering.rawName == "X-Accel-Buffering")
    }
}
