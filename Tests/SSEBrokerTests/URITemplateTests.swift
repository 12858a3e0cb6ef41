import Testing

@testable import SSEBroker

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
            ("{+a}a/a{b}", "a/a/a", true),
            ("m/{x,y}", "m/1,2", true),
            ("m/{x,y}", "m/1", true),
            ("m/{x,y}", "m/1,2,3", true),
            ("m/{x,y}", "m/1/2", false),
            ("m/{x,y,z}", "m/1,2,3", true),
            ("m/{x,y}/n", "m/1,2/n", true),
            ("m/{+x,y}", "m/1,2,3", true),
            ("ü/{x}", "ü/1", true),
            ("ü/{x}", "ü/ü", false),
            // As RFC 6570, section 3.1, has it expanded.
            ("ü/{x}", "%C3%BC/1", true), ("ü/{x}", "%c3%bc/1", false), ("ü/{x}", "%C3%BC/ü", false),
            ("a b|{x}", "a%20b%7C1", true), ("a b|{x}", "a b|1", true), ("a b|{x}", "a%20b|1", false),
            ("%C3%BC/{x}", "ü/1", false), ("50%/{x}", "50%/1", true), ("ü", "%C3%BC", true),
            ("ü{x}é", "%C3%BC1%C3%A9", true),
            ("users/{id}", "users/{id}", true),
            ("a{/x}", "a", true), ("a{/x}", "a/", true), ("a{/x}", "a/1", true), ("a{/x}", "a/1/2", false),
            ("a{/x}", "a1", false), ("a{/x,y}", "a/1/2", true), ("a{/x,y}", "a/1", true), ("a{/x,y}", "a/1/2/3", false),
            ("a{/x}{/y}", "a/1/2", true), ("a{/x}{/y}/z", "a/z", true), ("a{/x}{/y}/z", "a/1/2/z", true),
            ("a{/x}{/y}/z", "a/1/2/3/z", false), ("{/x}b", "b", true), ("{/x}b", "/b", true), ("{/x}-b", "/1-b", true),
            ("a{.x}", "a.html", true), ("a{.x}", "a", true), ("a{.x}", "a,b", false), ("a{.x,y}", "a.tar.gz", true),
            ("a{#x}", "a#b/c", true), ("a{#x}", "a", true), ("a{#x}", "ab", false), ("a{#x,y}", "a#b,c", true),
            ("a{#x,y}", "a,b", false),
            ("users/foo/{?topic}", "users/foo/?topic=a%2Fb", true), ("users/foo/{?topic}", "users/foo/", true),
            ("users/foo/{?topic}", "users/foo/?topic", false), ("users/foo/{?topic}", "users/foo/?other=1", false),
            ("a{?x,y}", "a?y=1", true), ("a{?x,y}", "a?y=1&x=1", false), ("a{?x,y}", "a&x=1", false),
            ("a{&x}", "a&x=1", true), ("a{&x}", "a?x=1", false), ("a{;x}", "a;x", true), ("a{;x}", "a;x=", false),
            ("a{;x}", "a;x=1", true), ("a{;x}", "a;xx", false), ("a{x:3}", "abcd", true), ("a{x:3}", "abcde", false),
            ("a{x:1}", "a%C3%BC", true), ("a{x:1}", "a%C3%BCb", false), ("a{x:1}", "a,", false),
            ("{?x*}", "?k=v&l=", true), ("{?x*}", "?k=v&l", false), ("{;x*}", ";k=v;l", true), ("{x*}", "a,b=c", false),
            ("{x*}", "a=b,c=d", true), ("{/x*}", "/a/b/c", true), ("{/x*}", "/a//c", true), ("{/x*}b", "/a/c", false),
        ]
    )
    func `A template fits a topic or not`(template: String, topic: String, fits: Bool) throws {
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
            "{", "}", "a{b", "a}b", "{}", "{+}", "{a,}", "{#}", "{/}", "{/a,}", "{?}", "{.}{;a}", "{*}", "{:3}", "{a:}",
            "{a:0}", "{a:03}", "{a:10000}", "{a:x}", "{a*:3}", "{a:3*}", "{a**}", "{=a}", "{!a}", "{@a}", "{|a}",
            "{$a}",
            "{{a}}", "{a b}", "{a-b}", "{%4}", "{ü}", "{a..b}", "{a.}", "{+.a}", "{.}",
        ]
    )
    func `What is no template is refused`(template: String) {
        let error = #expect(throws: BrokerError.self) { try TopicSelector(template) }
        #expect(error?.code == .invalidTemplate)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["{a}", "{+a}", "{a}/", "-{a},", ["{", String(repeating: "a,", count: 15), "a}"].joined()])
    func `A template has at most 16 variables`(part: String) throws {
        #expect(URITemplate.maximumVariableCount == 16)
        let count = part.contains("a,") ? 1 : 16
        _ = try TopicSelector(String(repeating: part, count: count))
        let error = #expect(throws: BrokerError.self) {
            try TopicSelector(String(repeating: part, count: count) + "{b}")
        }
        #expect(error?.code == .invalidTemplate)
        #expect(error?.message.hasSuffix("it has more than 16 variables.") == true)
    }

    /// The examples of RFC 6570, section 3.2: what a template expands to fits it.
    @available(SwiftSSE 1.0, *)
    @Test(arguments: RFC6570.examples)
    func `A template fits what it expands to`(template: String, expansion: String) throws {
        guard !expansion.isEmpty else { return }
        #expect(try URITemplate(template).matches(try Topic(expansion)))
        #expect(try !URITemplate("a" + template).matches(try Topic("b" + expansion)))
    }

    /// Matching by going back and trying again would take longer than the universe has, and a set of states up to 2,000
    /// reads of each byte for a single variable. Reads are counted and not time, since the machine may be busy.
    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            (String(repeating: "{+a}", count: 16), "x"),
            (String(repeating: "{a}", count: 16), "x"),
            (String(repeating: "{+a}x", count: 16), "x"),
            (String(repeating: "{a}xxx", count: 16), "x"),
            ("{+a}" + String(repeating: String(repeating: "x", count: 123) + "{+a}", count: 15), "x"),
            ("{+a}" + String(repeating: String(repeating: "ab", count: 61) + "c{+a}", count: 15), "ab"),
            ("{+a}" + String(repeating: "x", count: 2000) + "{+b}", "x"),
            ("{" + String(repeating: "a,", count: 15) + "a}", "x"),
            (String(repeating: "{+a}%41", count: 16), "%41"),
            ("{&" + String(repeating: "a*,", count: 15) + "a*}", "&a=%41"),
            ("{;" + String(repeating: "aaaa,", count: 15) + "aaaa}", ";aaaa=a"),
            (String(repeating: "{a:9999}", count: 16), "%C3%BC"),
            ("{." + String(repeating: "a*,", count: 15) + "a*}", ".a=a"),
        ]
    )
    func `A hostile template reads each byte of a topic a few times`(template: String, part: String) throws {
        let machine = try URITemplateMachine(template + "!")
        // Ends as the template does, so that nothing is told by the end alone.
        let text = String(repeating: part, count: (Topic.maximumByteCount - 1) / part.utf8.count) + "!"
        let bytes = CountedBytes(bytes: Array(text.utf8))
        _ = machine.matches(bytes)
        // Each variable searches what is before it and its name, looks for what introduces its value, and goes through
        // that: up to three bytes an escape.
        #expect(bytes.reads.count <= bytes.count * (1 + 6 * URITemplate.maximumVariableCount))
        #expect(bytes.reads.count >= bytes.count)
    }

    /// The most that one subscription can ask for.
    @available(SwiftSSE 1.0, *)
    @Test
    func `The most expensive subscription still finds its topic`() throws {
        let limits = BrokerLimits.defaults
        let selection = TopicSet(
            try (0..<limits.topicsPerSubscription).map { index in
                let part = "{+a}" + String(repeating: "x", count: 123)
                return try TopicSelector(String(repeating: part, count: 16) + "\(100 + index)")
            }
        )
        #expect(selection.templates.count == limits.topicsPerSubscription)
        let body = String(repeating: "x", count: Topic.maximumByteCount - 3)
        #expect(selection.matches([try Topic(body + "199")]))
        #expect(!selection.matches([try Topic(body + "200")]))
    }
}
