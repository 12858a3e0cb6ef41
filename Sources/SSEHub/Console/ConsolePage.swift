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
///
/// What it is made of are the files of the folder `Page`, which are compiled into the program.
@available(SwiftSSE 1.0, *)
struct ConsolePage: Sendable {
    let response: ServerResponse

    /// - Parameter names: What the page calls what it wants.
    init(_ names: ProtocolNames) {
        let text = Self.markup
            .replacing("{style}", with: Self.style)
            .replacing("{script}", with: Self.script)
            .replacing("{matcher}", with: names.matcherName)
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

    private static let markup = Self.text([PackageResources.page_html])

    private static let style = Self.text([
        PackageResources.frame_css, PackageResources.forms_css, PackageResources.list_css,
    ])

    /// One module of JavaScript, so that nothing in it is reached from outside.
    private static let script = Self.text([
        PackageResources.stream_js, PackageResources.data_js, PackageResources.rows_js, PackageResources.events_js,
        PackageResources.copy_js, PackageResources.topics_js, PackageResources.publish_js, PackageResources.traffic_js,
        PackageResources.keys_js,
    ])

    private static func text(_ files: [[UInt8]]) -> String {
        String(decoding: Array(files.joined(separator: "\n".utf8)), as: UTF8.self)
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
