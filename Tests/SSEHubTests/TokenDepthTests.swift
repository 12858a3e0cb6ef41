import Foundation
import Testing

@testable import SSEHub

/// Tokens that would take long to read.
struct TokenDepthTests {
    private func token(_ payload: String) -> String {
        TestToken.base64URL("{}".utf8) + "." + TestToken.base64URL(payload.utf8) + ".x"
    }

    @Test func `what is nested deep is not read`() {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        #expect(!TokenDepth.isExceeded(by: self.token(nested(32, "[", "]"))))
        #expect(TokenDepth.isExceeded(by: self.token(nested(33, "[", "]"))))
        #expect(TokenDepth.isExceeded(by: self.token(nested(33, #"{"a":"#, "}"))))
        #expect(TokenDepth.isExceeded(by: self.token(String(repeating: "[", count: 500))))
        #expect(TokenDepth.isExceeded(by: TestToken.base64URL(String(repeating: "[", count: 33).utf8) + ".e30.x"))
        // Side by side, and in texts, there may be any number.
        #expect(!TokenDepth.isExceeded(by: self.token("[" + String(repeating: "[],", count: 100) + "1]")))
        #expect(!TokenDepth.isExceeded(by: self.token(#"["\#(String(repeating: #"[\""#, count: 100))"]"#)))
    }
}
