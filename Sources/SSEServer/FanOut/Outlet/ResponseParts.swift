internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes

/// What the handlers of a channel take as a response, for streams that do not go to a socket as they are: those of
/// HTTP/2, and those of pipelines that somebody else has built.
@available(SwiftSSE 1.0, *)
public enum ResponseParts: UInt8, Sendable, Hashable {
    /// `HTTPServerResponsePart` of SwiftNIO.
    case httpServerResponsePart

    /// `HTTPResponsePart` of swift-nio-extras, whose heads are those of swift-http-types.
    case httpResponsePart

    func body(_ bytes: ByteBuffer) -> NIOAny {
        switch self {
        case .httpServerResponsePart: NIOAny(HTTPServerResponsePart.body(.byteBuffer(bytes)))
        case .httpResponsePart: NIOAny(HTTPResponsePart.body(bytes))
        }
    }

    var end: NIOAny {
        switch self {
        case .httpServerResponsePart: NIOAny(HTTPServerResponsePart.end(nil))
        case .httpResponsePart: NIOAny(HTTPResponsePart.end(nil))
        }
    }
}
