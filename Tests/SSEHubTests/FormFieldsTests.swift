import Testing

@testable import SSEHub

struct FormFieldsTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Fields are in the order in which they came`() throws {
        let fields = try FormFields("a=1&b=2&a=3&&c&=4&a=".utf8, "form")
        #expect(fields.all("a") == ["1", "3", ""])
        #expect(fields["a"] == "1" && fields["b"] == "2" && fields["c"] == "" && fields[""] == "4")
        #expect(fields["d"] == nil && fields.all("d") == [])
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("a+b", "a b"), ("a%20b", "a b"), ("%2B", "+"), ("%c3%A4", "ä"), ("%", "%"), ("%4", "%4"), ("%41", "A"),
        ("%4g", "%4g"), ("%%41", "%A"), ("%25%34%31", "%41"), ("=&", "="), ("%26%3D", "&="), ("%00", "\u{0}"),
    ])
    func `Escapes are decoded, and what is none is left`(text: String, decoded: String) throws {
        #expect(try FormFields("a=\(text)".utf8, "form")["a"] == decoded)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["%FF", "%C3", "%C3a", "%ED%A0%80", "%F4%90%80%80", "%C0%80"])
    func `What is not UTF-8 is refused`(text: String) {
        #expect(throws: HubRefusal.self) { try FormFields("a=\(text)".utf8, "form") }
        #expect(throws: HubRefusal.self) { try FormFields("\(text)=a".utf8, "form") }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `More fields than anybody needs are refused`() throws {
        let most = Array(repeating: "a=1", count: FormFields.maximumCount).joined(separator: "&")
        #expect(try FormFields(most.utf8, "form").all("a").count == FormFields.maximumCount)
        #expect(throws: HubRefusal.self) { try FormFields("\(most)&a=1".utf8, "form") }
    }
}
