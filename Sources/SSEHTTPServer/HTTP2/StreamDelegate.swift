internal import NIOCore
internal import NIOHTTP2

/// Tells those who look after a connection of HTTP/2 of its streams.
@available(SwiftSSE 1.0, *)
struct StreamDelegate: NIOHTTP2StreamDelegate {
    let management: NIOHTTP2ServerConnectionManagementHandler.HTTP2StreamDelegate
    let connection: NIOLoopBound<HTTP2ConnectionHandler>

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        guard self.connection.value.streamOpened(id) else { return }
        self.management.streamCreated(id, channel: channel)
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        // A stream whose first frame is wrong is closed without having been opened, and the management would stop the
        // process for that in a debug build.
        guard self.connection.value.streamClosed(id) else { return }
        self.management.streamClosed(id, channel: channel)
    }
}
