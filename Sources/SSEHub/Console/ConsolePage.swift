internal import Crypto
internal import Foundation
internal import NIOHTTP1
internal import SSEHTTPServer

/// The page that shows the hub's events as they come, and publishes some: one text without other files.
///
/// Events come from whoever may publish, and a token may be in the page. So it runs only the script and the style whose
/// hashes the response names, makes no markup from text (Trusted Types), speaks with its own origin alone and is shown
/// in no other page.
///
/// It is the same for everybody, and made once: who asks for it a thousand times shares its bytes a thousand times.
@available(SwiftSSE 1.0, *)
struct ConsolePage: Sendable {
    let response: ServerResponse

    /// - Parameter names: What the page calls what it wants.
    init(_ names: ProtocolNames) {
        let text = ConsoleMarkup.text.replacing("{matcher}", with: names.matcherName)
        let policy = [
            "default-src 'none'", "connect-src 'self'", "img-src data:",
            "script-src \(Self.hash(of: "script", in: text))",
            "style-src \(Self.hash(of: "style", in: text))", "base-uri 'none'", "form-action 'none'",
            "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
        ]
        self.response = ServerResponse(
            .ok,
            headers: [
                "Cache-Control": "no-store",
                "Content-Security-Policy": policy.joined(separator: "; "),
                "Referrer-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
            ],
            text: text,
            type: "text/html; charset=utf-8"
        )
    }

    /// What allows the content of an element, of which there is one, by its hash
    /// ([Content Security Policy, 2.3.1](https://www.w3.org/TR/CSP3/#framework-directive-source-list)).
    private static func hash(of element: String, in text: String) -> String {
        let content = text.split(separator: "<\(element)", maxSplits: 1).last?.drop { $0 != ">" }.dropFirst() ?? ""
        let bytes =
            (content.split(separator: "</\(element)>", maxSplits: 1, omittingEmptySubsequences: false).first ?? "").utf8
        return "'sha256-\(Data(SHA256.hash(data: Data(bytes))).base64EncodedString())'"
    }
}
