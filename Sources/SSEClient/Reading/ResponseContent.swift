#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What a server has answered with: the event stream that it was asked for, or something else.
@available(SwiftSSE 1.0, *)
public enum ResponseContent {
    /// An event stream.
    case events(EventStream)

    /// A body of another type, which ``EventStreamResponse/mediaType`` names.
    case body(ResponseBody)
}

@available(*, unavailable)
extension ResponseContent: Sendable {}

/// The body of a response that is no event stream. It is read when you ask for it, once.
@available(SwiftSSE 1.0, *)
public struct ResponseBody {
    private let exchange: any EventStreamExchange

    init(_ exchange: any EventStreamExchange) {
        self.exchange = exchange
    }

    /// Reads the body to its end.
    ///
    /// - Parameter limit: How many bytes it may have, after it has been decoded. Default: 16 MiB.
    /// - Returns: The bytes.
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/bodyTooLarge``, and what breaks a stream as well.
    public func bytes(upTo limit: Int = 16 * 1024 * 1024) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while try await self.exchange.read({ bytes.append(contentsOf: $0.prefix(limit + 1 - bytes.count)) }) {
            guard bytes.count <= limit else { break }
        }
        guard bytes.count <= limit else {
            throw SSEClientError(code: .bodyTooLarge, message: "The body has more than the \(limit) bytes allowed.")
        }
        return bytes
    }

    /// Reads the body to its end as JSON.
    ///
    /// - Parameters:
    ///   - type: What it is to be decoded as.
    ///   - decoder: What decodes it.
    ///   - limit: How many bytes it may have. Default: 16 MiB.
    /// - Returns: The value.
    /// - Throws: As ``bytes(upTo:)``, and ``SSEClientError`` with the code ``SSEClientError/Code/decodingFailed``.
    public func decoded<Value: Decodable>(
        as type: Value.Type = Value.self,
        using decoder: JSONDecoder = JSONDecoder(),
        upTo limit: Int = 16 * 1024 * 1024
    ) async throws -> Value {
        let bytes = try await self.bytes(upTo: limit)
        do {
            return try decoder.decode(Value.self, from: Data(bytes))
        } catch {
            let text = String(decoding: bytes.prefix(800), as: UTF8.self).inOneLine()
            throw SSEClientError(
                code: .decodingFailed,
                message: "The body cannot be decoded as \(Value.self): \(text)",
                cause: error
            )
        }
    }
}

@available(*, unavailable)
extension ResponseBody: Sendable {}
