import Foundation
import NIOCore
import NIOHTTP1

/// Makes the requests that publish to a hub.
struct HubRequest: Sendable {
    let url: HubURL
    let token: String?

    /// - Parameter token: What `--token` says; without it the environment is asked.
    init(url: HubURL, token: String?) throws {
        self.url = url
        let token = (token ?? Environment.value("SSE_TOKEN"))?.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let token, !token.isEmpty else {
            self.token = nil
            return
        }
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandFailure("The token holds characters that no header can carry; check --token or SSE_TOKEN.")
        }
        self.token = token
    }

    /// The fields of every request.
    var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Host": self.url.authority, "User-Agent": "sse"]
        if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
        return headers
    }

    /// A request that publishes.
    func publishing(_ form: ByteBuffer) -> [HTTPClientRequestPart] {
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: self.url.target, headers: self.headers)
        head.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        head.headers.add(name: "Content-Length", value: "\(form.readableBytes)")
        return [.head(head), .body(.byteBuffer(form)), .end(nil)]
    }
}
