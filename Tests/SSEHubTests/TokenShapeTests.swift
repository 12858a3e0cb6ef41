import Foundation
import Testing

@testable import SSEHub

/// Tokens that must not be read.
struct TokenShapeTests {
    private func token(_ payload: String) -> String {
        TestToken.base64URL("{}".utf8) + "." + TestToken.base64URL(payload.utf8) + ".x"
    }

    @Test func `What is nested deep is not read`() {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        #expect(!TokenShape.isUnreadable(self.token(nested(32, "[", "]"))))
        #expect(TokenShape.isUnreadable(self.token(nested(33, "[", "]"))))
        #expect(TokenShape.isUnreadable(self.token(nested(33, #"{"a":"#, "}"))))
        #expect(TokenShape.isUnreadable(self.token(String(repeating: "[", count: 500))))
        #expect(TokenShape.isUnreadable(TestToken.base64URL(String(repeating: "[", count: 33).utf8) + ".e30.x"))
        // Side by side, and in texts, there may be any number.
        #expect(!TokenShape.isUnreadable(self.token("[" + String(repeating: "[],", count: 100) + "1]")))
        #expect(!TokenShape.isUnreadable(self.token(#"["\#(String(repeating: #"[\""#, count: 100))"]"#)))
    }

    @Test(arguments: [
        ("1e300", true), ("-1e300", true), ("1E19", true), ("1.5e300", true), ("9223372036854775808", true),
        ("-9223372036854775809", true), (String(repeating: "9", count: 400), true), ("[0,{\"a\":1e30}]", true),
        ("123456789012345678", false), ("-123456789012345678", false), ("1.5", false), ("0.1234567890123456789", true),
        ("\"1e300\"", false), ("\"9223372036854775808\"", false), ("true", false), ("[1,2,3]", false),
    ])
    func `What is too large for an integer is not read in a header`(number: String, isUnreadable: Bool) {
        let header = TestToken.base64URL("{\"alg\":\"HS256\",\"x\":\(number)}".utf8)
        #expect(TokenShape.isUnreadable("\(header).e30.x") == isUnreadable)
        // Whatever stands behind the period, to what reads it that is one.
        #expect(TokenShape.isUnreadable("\(header).\u{301}e30.x") == isUnreadable)
        // In claims it is a number like others.
        #expect(!TokenShape.isUnreadable("e30.\(header).x"))
    }

    @Test func `What is not UTF-8 is not read`() {
        let json = Data(#"{"alg":"HS256","x":1e300}"#.utf8)
        let wide = json.flatMap { [0, $0] as [UInt8] }
        let reversed = json.flatMap { [$0, 0] as [UInt8] }
        for bytes in [wide, reversed] {
            #expect(TokenShape.isUnreadable("\(TestToken.base64URL(bytes)).e30.x"))
            #expect(TokenShape.isUnreadable("e30.\(TestToken.base64URL(bytes)).x"))
        }
    }
}
