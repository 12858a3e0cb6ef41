import Foundation
import SSETestSupport
import Testing

/// The checks of the fuzzer, on the inputs that were kept and on a few that are made up.
struct SelectorCheckTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Every kept input passes`() throws {
        let inputs = try FailCases.inputs(of: "FuzzSelector")
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(input.name)") { try SelectorCheck.check(input.bytes) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: 1...20)
    func `Whatever the selector and the topic, they are as the model says`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "a", "b", "ab", "aab", "/", ",", "%", "%4", "%41", "%c3", "%bc", "4", "1", "ü", "é", " ", "#", ".", "=",
            "x",
            "y", "x=", "y=", ";", "?", "&", "a=b", "*", "{", "}", "\t",
        ]
        let expressions = [
            "{x}", "{+x}", "{x,y}", "{+x,y}", "{x,y,z}", "{#x,y}", "{.x}", "{/x,y}", "{/x}", "{;x}", "{;x,y}", "{?x}",
            "{?x,y}", "{&x}", "{x*}", "{x*,y}", "{+x*}", "{#x*,y}", "{.x*}", "{/x*}", "{/x*,y:2}", "{;x*}", "{?x*}",
            "{&x*,y}", "{x:1}", "{x:2,y}", "{+x:2}", "{#x:1,y:2}", "{.x:2}", "{;x:1}", "{?x:2,y*}", "{x,}", "{x:0}",
            "{=x}",
        ]
        for _ in 0..<1000 {
            let parts = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                let isExpression = Bool.random(using: &generator)
                return (isExpression ? expressions.dropLast(3) : pieces.dropLast(4)[...]).randomElement(
                    using: &generator
                ) ?? ""
            }
            var selector = parts.joined()
            if Int.random(in: 0..<20, using: &generator) == 0 {
                selector += (pieces + expressions).randomElement(using: &generator) ?? ""
            }
            // Mostly made of the selector, so that many topics nearly fit.
            let topic = parts.map { part in
                guard part.hasPrefix("{") || Int.random(in: 0..<8, using: &generator) == 0 else { return part }
                return (0..<Int.random(in: 0...3, using: &generator))
                    .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            }.joined()
            let input = Array("\(selector)\n\(topic)".utf8)
            #expect(throws: Never.self, "\(selector) and \(topic)") { try SelectorCheck.check(input) }
        }
    }
}
