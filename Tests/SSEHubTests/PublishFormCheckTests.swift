import SSETestSupport
import Testing

/// The checks of the fuzzer, on the inputs that were kept and on a few that are made up.
struct PublishFormCheckTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Every kept input passes`() throws {
        let inputs = try FailCases.inputs(of: "FuzzPublishForm")
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(input.name)") { try PublishFormCheck.check(input.bytes) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: 1...20)
    func `Whatever the form, it is refused or it is one event with what it says`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let names = ["topic", "data", "id", "type", "retry", "private", "t%6Fpic", "other", ""]
        let values = [
            "a", "", "*", "%", "%4", "%41", "+", "%0A", "%0D%0Adata%3A+x", "%00", "%FF", "ü", "%C3%BC", "%E2%80%8E",
            "0", "007",
            "4294967295", "4294967296", "-1", "+1", "%2B1", "1e3", "earliest", "%23x", "=",
            "https%3A%2F%2Fexample.com%2F{x}",
        ]
        for _ in 0..<1000 {
            let fields = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                let name = names.prefix(Int.random(in: 1...names.count, using: &generator)).last ?? ""
                return "\(name)=\(values.randomElement(using: &generator) ?? "")"
            }
            let form = (["topic=t"] + fields).joined(separator: "&")
            #expect(throws: Never.self, "\(form)") { try PublishFormCheck.check(Array(form.utf8)) }
        }
    }
}
