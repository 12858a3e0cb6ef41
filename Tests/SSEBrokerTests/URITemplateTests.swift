import SSEBroker
import Testing

struct URITemplateTests {
    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            ("https://example.com/books/{id}", "https://example.com/books/1", true),
            ("https://example.com/books/{id}", "https://example.com/books/", true),
            ("https://example.com/books/{id}", "https://example.com/books/a/b", false),
            ("https://example.com/books/{id}", "https://example.com/books/a%2Fb", true),
            ("https://example.com/books/{id}", "https://example.com/books/a%2", false),
            ("https://example.com/books/{id}", "https://example.com/books/%zz", false),
            ("https://example.com/books/{id}", "https://example.com/book/1", false),
            ("https://example.com/{+path}", "https://example.com/a/b?c=d", true),
            ("https://example.com/{+path}", "https://example.com/a b", false),
            ("{x}41", "%41", false),
            ("{x}41", "%4141", true),
            ("{x}", "", false),
            ("{a}-{b}", "1-2-3", true),
            ("{a}/{b}", "1/2/3", false),
            ("m/{x,y}", "m/1,2", true),
            ("m/{x,y}", "m/1", true),
            ("m/{x,y}", "m/1,2,3", false),
            ("m/{x,y,z}", "m/1,2,3", true),
            ("m/{x,y}/n", "m/1,2/n", true),
            ("m/{+x,y}", "m/1,2,3", true),
            ("ü/{x}", "ü/1", true),
            ("ü/{x}", "ü/ü", false),
            ("users/{id}", "users/{id}", true),
        ]
    )
    func `a template fits a topic or not`(template: String, topic: String, fits: Bool) throws {
        let template = try URITemplate(template)
        // An empty text is no topic at all.
        guard !topic.isEmpty else {
            #expect(throws: BrokerError.self) { try Topic(topic) }
            return
        }
        #expect(template.matches(try Topic(topic)) == fits)
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            "{", "}", "a{b", "a}b", "{}", "{+}", "{a,}", "{#a}", "{/a}", "{?a}", "{.}{;a}", "{&a}", "{a*}", "{a:3}",
            "{{a}}", "{a b}",
        ]
    )
    func `what is not supported is refused`(template: String) {
        let error = #expect(throws: BrokerError.self) { try TopicSelector(template) }
        #expect(error?.code == .invalidTemplate)
    }

    /// Matching by going back and trying again would take longer than the universe has.
    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["{a}", "{+a}", "{a}x", "{a,b}"])
    func `a hostile template takes linear time`(part: String) throws {
        let template = try URITemplate(String(repeating: part, count: 2048 / part.utf8.count - 1) + "!")
        #expect(!template.matches(try Topic(String(repeating: "x", count: 2048))) || part == "{+a}")
    }
}
