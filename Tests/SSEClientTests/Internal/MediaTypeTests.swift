internal import Testing

@testable internal import SSEClient

/// The last valid type of all values, as browsers read it.
@Suite
struct MediaTypeTests {
    @Test(
        arguments: [
            ("text/event-stream", "text/event-stream"),
            ("TEXT/Event-Stream", "text/event-stream"),
            (" \ttext/event-stream\t ; charset=x", "text/event-stream"),
            ("text/event-stream;", "text/event-stream"),
            ("text/event-stream;x=\"a,text/html\"", "text/event-stream"),
            ("text/event-stream;x=\"a\\\",text/html\"", "text/event-stream"),
            ("text/event-stream+x", "text/event-stream+x"),
            ("text/html, text/event-stream", "text/event-stream"),
            ("text/event-stream, text/html", "text/html"),
            ("text/event-stream, nonsense", "text/event-stream"),
            ("text/event-stream, */*", "text/event-stream"),
            (",,text/event-stream,", "text/event-stream"),
        ]
    )
    func `The essence of content types`(value: String, essence: String) {
        #expect(MediaType.essence(of: [value]) == essence)
    }

    @Test(
        arguments: [
            "", " ", ",", ";", "text", "text/", "/event-stream", "x bogus", "text /event-stream", "a/b/c", "*/*",
        ]
    )
    func `Values that are no types`(value: String) {
        #expect(MediaType.essence(of: [value]) == nil)
    }

    @Test
    func `Of several values, the last valid one`() {
        #expect(MediaType.essence(of: ["text/html", "text/event-stream"]) == "text/event-stream")
        #expect(MediaType.essence(of: ["text/event-stream", "text/html"]) == "text/html")
        #expect(MediaType.essence(of: ["text/event-stream", ""]) == "text/event-stream")
        #expect(MediaType.essence(of: []) == nil)
    }
}
