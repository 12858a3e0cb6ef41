internal import HTTPTypes
internal import NIOHTTP1
internal import SSEServer
internal import Testing

/// What the head of an event stream gets.
struct HeaderTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `An empty head gets the type, no caching and no buffering`() {
        var fields: HTTPFields = [:]
        fields.prepareForEventStream()
        #expect(
            fields == [
                .contentType: "text/event-stream", .cacheControl: "no-cache, no-transform", .xAccelBuffering: "no",
            ]
        )

        var headers: HTTPHeaders = [:]
        headers.prepareForEventStream()
        #expect(headers.count == 3)
        #expect(headers["Content-Type"] == ["text/event-stream"])
        #expect(headers["Cache-Control"] == ["no-cache, no-transform"])
        #expect(headers["X-Accel-Buffering"] == ["no"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What the caller has set about caching and buffering stays, and so does what is the caller's alone`() throws {
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

    @Test
    @available(SwiftSSE 1.0, *)
    func `Another type or a length would be wrong, and go`() {
        var fields: HTTPFields = [.contentType: "text/plain", .contentLength: "5"]
        fields.prepareForEventStream()
        #expect(fields[values: .contentType] == ["text/event-stream"])
        #expect(!fields.contains(.contentLength))

        var headers: HTTPHeaders = ["content-type": "text/plain", "content-length": "5"]
        headers.prepareForEventStream()
        #expect(headers["Content-Type"] == ["text/event-stream"])
        #expect(!headers.contains(name: "Content-Length"))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The fields have the names of the standard`() {
        #expect(HTTPField.Name.lastEventID.rawName == "Last-Event-ID")
        #expect(HTTPField.Name.xAccelBuffering.rawName == "X-Accel-Buffering")
    }
}
