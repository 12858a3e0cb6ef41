internal import NIOHTTP1
internal import SSEHTTPServer
internal import SSEServer

/// The page that shows the hub's events as they come, and publishes some: one text without other files.
@available(SwiftSSE 1.0, *)
enum ConsolePage {
    private static let parts = ConsoleMarkup.text.split(separator: "{nonce}", omittingEmptySubsequences: false)

    /// Makes a response with the page.
    ///
    /// - Parameter names: What the page calls what it wants.
    ///
    /// Events come from whoever may publish, and a token may be in the page. So it runs only what has the response's own
    /// nonce, makes no markup from text (Trusted Types), speaks with its own origin alone and is shown in no other page.
    static func response(_ names: ProtocolNames) -> ServerResponse {
        let nonce =
            String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
        let policy = [
            "default-src 'none'", "connect-src 'self'", "img-src data:", "script-src 'nonce-\(nonce)'",
            "style-src 'nonce-\(nonce)'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
            "require-trusted-types-for 'script'", "trusted-types 'none'",
        ]
        return ServerResponse(
            .ok,
            headers: [
                "Cache-Control": "no-store",
                "Content-Security-Policy": policy.joined(separator: "; "),
                "Referrer-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
            ],
            text: Self.parts.joined(separator: nonce).replacing("{matcher}", with: names.matcherName),
            type: "text/html; charset=utf-8"
        )
    }
}
