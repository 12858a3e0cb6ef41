#if AsyncHTTPClient
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Stands between a stream of HTTP/2 and what makes a response of HTTP/1.1 out of it.
///
/// What does not begin with a status of three digits, or comes in an order that is none, does not go on: swift-nio-http2 and
/// AsyncHTTPClient end the process on some of it. A request does not go out if the certificate is not for its host.
///
/// - SeeAlso: [RFC 9113, 8.1](https://www.rfc-editor.org/rfc/rfc9113#section-8.1)
@available(SwiftSSE 1.0, *)
final class HTTP2StreamGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let identity: AddressCertificate?
    private var progress = HTTP2ResponseProgress()
    private var isClosing = false

    init(identity: AddressCertificate?) {
        self.identity = identity
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isClosing else { return }
        do {
            switch self.unwrapInboundIn(data) {
            case .headers(let block): try self.progress.receive(block.headers, endsStream: block.endStream)
            case .data(let block): try self.progress.receiveData(endsStream: block.endStream)
            default: break
            }
        } catch {
            return self.close(context, error)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.isClosing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        if case .headers(let block) = self.unwrapOutboundIn(data),
            let refusal = block.headers.first(name: ":authority").flatMap({ self.identity?.refusal(of: $0) })
        {
            promise?.fail(refusal)
            // After what is being done now: AsyncHTTPClient is in the middle of sending.
            self.isClosing = true
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.execute {
                let (handler, context) = bound.value
                handler.close(context, refusal)
            }
            return
        }
        context.write(data, promise: promise)
    }

    private func close(_ context: ChannelHandlerContext, _ error: any Error) {
        self.isClosing = true
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }
}

/// How far a response of HTTP/2 has come.
@available(SwiftSSE 1.0, *)
struct HTTP2ResponseProgress {
    private enum Part {
        case head
        case body
        case nothing
    }

    /// What comes next.
    private var next = Part.head

    mutating func receive(_ headers: HPACKHeaders, endsStream: Bool) throws(SSEClientError) {
        switch self.next {
        case .head:
            let text = headers.first(name: ":status") ?? ""
            guard let status = Self.status(text) else {
                throw .brokenResponse("its status is '\(text.filter { $0.isASCII && !$0.isNewline }.prefix(20))'")
            }
            guard status != 101 else { throw .brokenResponse("its status is 101, which HTTP/2 does not have") }
            if status >= 200 {
                self.next = endsStream ? .nothing : .body
            } else if endsStream {
                throw .brokenResponse("it ends with the status \(status)")
            }
        case .body:
            guard endsStream else { throw .brokenResponse("it has a second head") }
            self.next = .nothing
        case .nothing:
            throw .brokenResponse("it goes on after its end")
        }
    }

    mutating func receiveData(endsStream: Bool) throws(SSEClientError) {
        switch self.next {
        case .head: throw .brokenResponse("it has a body and no head")
        case .body: if endsStream { self.next = .nothing }
        case .nothing: throw .brokenResponse("it goes on after its end")
        }
    }

    /// - SeeAlso: [RFC 9110, 15](https://www.rfc-editor.org/rfc/rfc9110#section-15)
    private static func status(_ text: String) -> Int? {
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text).flatMap { $0 >= 100 ? $0 : nil }
    }
}
#endif
