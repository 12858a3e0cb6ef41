#if AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP2

/// How long the head of a response may be over HTTP/2, for the connection.
///
/// AsyncHTTPClient leaves it at 16 KB, and closes the connection with all its streams when one head is longer. A limit of
/// HTTP/1.1's order lets ``EventStreamClient/Configuration/maximumHeadSize`` decide for each stream.
enum HeaderListLimit {
    /// In bytes, with 32 for each field as HPACK counts.
    static let size = 1024 * 1024

    /// Tells the server of a connection, and with its consent the decoder.
    static func raise(on connection: any Channel) -> EventLoopFuture<Void> {
        let settings = [HTTP2Setting(parameter: .maxHeaderListSize, value: Self.size)]
        let frame = HTTP2Frame(streamID: .rootStream, payload: .settings(.settings(settings)))
        connection.writeAndFlush(frame, promise: nil)
        return connection.eventLoop.makeSucceededVoidFuture()
    }
}
#endif
