import Foundation
import NIOCore
import NIOHTTP1

/// Makes the requests that publish to a hub.
struct HubRequest: Sendable {
    let url: HubURL
    private let authorization: String?

    /// - Parameters:
    ///   - url: The hub.
    ///   - token: What `--token` says; without it the environment is asked.
    ///   - network: Who is asking, if it is not the holder of a token.
    init(url: HubURL, token: String?, _ network: NetworkOptions) throws {
        self.url = url
        if let authorization = network.authorization {
            guard token == nil else { throw CommandFailure("--token and -u exclude each other.") }
            self.authorization = authorization
            return
        }
        let token = (token ?? Environment.value("SSE_TOKEN"))?.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let token, !token.isEmpty else {
            self.authorization = nil
            return
        }
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandFailure("The token holds characters that no header can carry; check --token or SSE_TOKEN.")
        }
        self.authorization = "Bearer \(token)"
    }

    /// The fields of every request.
    var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Host": self.url.authority, "User-Agent": "sse"]
        if let authorization { headers.add(name: "Authorization", value: authorization) }
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
