import SSETestSupport
import Testing

/// The fuzzer's check of tokens, on the inputs that were kept and on a few that are made up.
struct TokenCheckTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Every kept input passes`() async throws {
        let inputs = try FailCases.inputs(of: "FuzzToken")
        #expect(!inputs.isEmpty)
        for input in inputs {
            await #expect(throws: Never.self, "\(input.name)") { try await TokenCheck.check(input.bytes) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: 1...20)
    func `Whatever comes for a token, it is refused or it is signed`(seed: UInt64) async {
        var generator = SeededGenerator(seed: seed)
        let headers = [
            #"{"alg":"HS256"}"#, #"{"alg":"none"}"#, #"{"alg":"HS512"}"#, #"{"alg":"ES256"}"#,
            #"{"alg":"HS256","crit":["x"]}"#,
            #"{"alg":"none","alg":"HS256"}"#, "{}", "[]", "", "\u{0}", #"{"alg":"HS256","kid":"1"}"#,
            #"{"alg":"HS256","typ":null}"#,
        ]
        let claims = [
            "{}", #"{"mercure":{"publish":["*"],"payload":[1,{"a":null}]}}"#, #"{"exp":1}"#,
            #"{"exp":1e300,"nbf":-1e300}"#,
            #"{"nbf":99999999999}"#, #"{"exp":"x"}"#, "[]", "null", "{", #"{"mercure":{"publish":[""]}}"#,
            String(repeating: "[", count: 200),
        ]
        let signatures = ["", "AAAA", "....", String(repeating: "A", count: 43), "=", "_-"]
        for _ in 0..<300 {
            let settings = UInt8.random(in: 0..<64, using: &generator)
            var parts = [headers, claims, signatures].map { $0.randomElement(using: &generator) ?? "" }
            if Bool.random(using: &generator) { parts.removeLast() }
            var input = [settings] + Array(parts.joined(separator: "\n").utf8)
            if Int.random(in: 0..<4, using: &generator) == 0, let index = input.indices.randomElement(using: &generator)
            {
                input[index] = UInt8.random(in: 0...255, using: &generator)
            }
            await #expect(throws: Never.self, "\(input)") { try await TokenCheck.check(input) }
        }
    }
}
