internal import Testing

@testable internal import SSEClient

/// The last valid type of all values, as browsers read it.
@Suite
struct MediaTypeTests {
    @Test(
        "The essence of content types",
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
    func essence(value: String, essence: String) {
        #expect(MediaType.essence(of: [value]) == essence)
    }

    @Test(
        "Values that are no types",
        arguments: [
            "", " ", ",", ";", "text", "text/", "/event-stream", "x bogus", "text /event-stream", "a/b/c", "*/*",
        ]
    )
    func noEssence(value: String) {
        #expect(MediaType.essence(of: [value]) == nil)
    }

    @Test("Of several values, the last valid one")
    func severalValues() {
        #expect(MediaType.essence(of: ["text/html", "text/event-stream"]) == "text/event-stream")
        #expect(MediaType.essence(of: ["text/event-stream", "text/html"]) == "text/html")
        #expect(MediaType.essence(of: ["text/event-stream", ""]) == "text/event-stream")
        #expect(MediaType.essence(of: []) == nil)
    }
}
