internal import HTTPTypes

/// A coding of response bodies that a client can undo.
///
/// - SeeAlso: [RFC 9110, 8.4.1](https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1)
@available(SwiftSSE 1.0, *)
public struct ContentCoding: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
        case gzip
        case deflate
    }

    private let kind: Kind

    /// gzip, with the checksums that notice damage.
    public static let gzip = ContentCoding(kind: .gzip)

    /// deflate: as the standard has it, within the format of zlib, and bare, as many servers send it.
    public static let deflate = ContentCoding(kind: .deflate)

    /// The name in header fields.
    public var description: String { self.kind.rawValue }
}

/// What `Content-Encoding` says of a body.
@available(SwiftSSE 1.0, *)
enum BodyCoding: Equatable {
    case identity
    case known(ContentCoding)
    /// Codings that cannot be undone, as the field names them.
    case unknown(String)

    /// Reads a response's header field.
    init(_ headers: HTTPFields) {
        // The transports undo `chunked` and nothing else: https://www.rfc-editor.org/rfc/rfc9112#section-7
        let transfer = Self.names(headers[.transferEncoding]).filter { $0 != "chunked" }
        guard transfer.isEmpty else {
            self = .unknown(transfer.map { "\($0) for the transfer" }.joined(separator: ", "))
            return
        }
        let names = Self.names(headers[.contentEncoding])
        switch names {
        case []: self = .identity
        case ["gzip"], ["x-gzip"]: self = .known(.gzip)
        case ["deflate"]: self = .known(.deflate)
        default: self = .unknown(names.joined(separator: ", "))
        }
    }

    private static func names(_ value: String?) -> [String] {
        (value ?? "").split(separator: ",").map { name in
            String(name.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
                .lowercased()
        }
        .filter { !$0.isEmpty && $0 != "identity" }
    }

    /// Whether `URLSession` undoes all of some codings.
    static func areKnownToSystems(_ names: String) -> Bool {
        // What libcurl can depends on how it was built; without one of these it says so.
        #if canImport(Darwin)
        let known = ["gzip", "x-gzip", "deflate", "br"]
        #else
        let known = ["gzip", "x-gzip", "deflate", "br", "zstd"]
        #endif
        return names.split(separator: ",").allSatisfy { known.contains($0.drop { $0 == " " }.lowercased()) }
    }
}

/// Why a body is not what its coding says.
struct ContentCodingError: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }

    static let truncated = ContentCodingError("it stops before its end")
}
