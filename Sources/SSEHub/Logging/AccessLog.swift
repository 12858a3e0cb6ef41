internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import SSEHTTPServer
internal import SSEServer

/// Writes a line for each request that has been answered and each stream that is over.
@available(SwiftSSE 1.0, *)
struct AccessLog: Sendable {
    /// Parameters of a query whose values are secrets.
    private static let secrets: Set<String> = ["authorization", "access_token", "token"]
    /// The most bytes of a target that are looked at.
    private static let maximumTargetBytes = 2048

    private let logger: Logger

    /// - Parameter logger: Where to, at the level `info`.
    init(_ logger: Logger) {
        self.logger = logger
    }

    func callAsFunction(_ record: AccessRecord) {
        var metadata: Logger.Metadata = [
            "client": "\(record.clientAddress ?? "-")",
            "method": "\(record.head.method.rawValue)",
            "path": "\(Self.masked(record.head.uri))",
            "http": "\(record.head.version.major).\(record.head.version.minor)",
            "status": .stringConvertible(Int(record.status.code)),
            "bytes": .stringConvertible(record.bytes),
            "seconds": .stringConvertible(Self.milliseconds(record.duration)),
        ]
        if let end = record.streamEnd { metadata["end"] = "\(end.name)" }
        self.logger.info(record.streamEnd == nil ? "Request" : "Stream", metadata: metadata)
    }

    /// Seconds with three digits behind the point.
    private static func milliseconds(_ duration: Duration) -> Double {
        (duration / .milliseconds(1)).rounded() / 1000
    }

    /// A target without the values of its secrets.
    static func masked(_ target: String) -> String {
        // By bytes, as the hub reads queries: a separator with a combining mark behind it is another character. And cut
        // first, so that a long one costs no more than another.
        let cut = Array(target.utf8.prefix(self.maximumTargetBytes))
        let bytes = Self.withoutUserInfo(cut, isCut: target.utf8.count > cut.count)
        guard let start = bytes.firstIndex(of: UInt8(ascii: "?")) else { return String(decoding: bytes, as: UTF8.self) }
        let fields = bytes[(start + 1)...].split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        let query = fields.map(self.masked).joined(separator: [UInt8(ascii: "&")])
        return String(decoding: bytes[...start] + query, as: UTF8.self)
    }

    /// A target without the name and the password before its host, which it can have if it names a host at all
    /// ([RFC 9112, 3.2.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2)).
    private static func withoutUserInfo(_ target: [UInt8], isCut: Bool) -> [UInt8] {
        guard target.first != UInt8(ascii: "/") else { return target }
        let mark = target.firstIndex { ":/?#".utf8.contains($0) } ?? target.endIndex
        let start = target[mark...].starts(with: "://".utf8) ? mark + 3 : 0
        let end = target[start...].firstIndex { "/?#".utf8.contains($0) } ?? target.endIndex
        if let separator = target[start..<end].lastIndex(of: UInt8(ascii: "@")) {
            return target[..<start] + Array("***".utf8) + target[separator...]
        }
        // The host may have been cut off, and this be what came before it.
        return isCut && end == target.endIndex ? target[..<start] + Array("***".utf8) : target
    }

    private static func masked(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let separator = field.firstIndex(of: UInt8(ascii: "=")) else { return field }
        let name = String(decoding: field[..<separator], as: UTF8.self)
        // The escapes that hide a name from a glance do not hide it here.
        guard self.secrets.contains((name.removingPercentEncoding ?? name).lowercased()) else { return field }
        return field[...separator] + Array("***".utf8)
    }
}
