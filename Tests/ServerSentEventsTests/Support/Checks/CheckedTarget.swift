/// The checks that the fuzzer runs, each on bytes that it makes up; the tests run them on the inputs that were kept.
package enum CheckedTarget: String, CaseIterable, Sendable {
    case parser = "FuzzParser"
    case roundTrip = "FuzzRoundTrip"
    case injection = "FuzzInjection"

    @available(SwiftSSE 1.0, *)
    package func check(_ input: [UInt8]) throws(Mismatch) {
        switch self {
        case .parser: try ParserCheck.check(input)
        case .roundTrip: try RoundTripCheck.check(input)
        case .injection: try InjectionCheck.check(input)
        }
    }
}
