package import NIOCore
internal import SSEBroker

/// Closes a connection whose other end is gone, while a stream is written to it by a body.
///
/// A write's deadline sees only what the socket refuses, and the system takes megabytes for a client whose network
/// swallows everything: a few words a second would go on for a quarter of an hour. So the socket is looked at each
/// second, and the connection is closed when nothing at all has come back for the timeout.
///
/// - Parameters:
///   - channel: The connection's channel, or that of a stream of HTTP/2 on it. What is no socket is not watched.
///   - configuration: The time that the other end has to answer, and whether something is sent that it can answer;
///     otherwise the system asks it.
///   - body: Writes the stream. It has to end when the channel is closed.
@available(SwiftSSE 1.0, *)
package func withPeerWatch<Result>(
    of channel: any Channel,
    _ configuration: EventStreamConfiguration,
    _ body: () async throws -> Result
) async throws -> Result {
    guard let timeout = configuration.writeTimeout.asLimit else {
        return try await body()
    }
    let interval = min(.seconds(1), timeout)
    let isAsked = configuration.keepAliveInterval.asLimit == nil
    let start = (watch: AcknowledgementWatch(), tick: UInt32(0))
    let state = NIOLoopBoundBox.makeBoxSendingValue(start, eventLoop: channel.eventLoop)
    let look = channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(interval)) { task in
        guard let connection = channel.connection else { return task.cancel() }
        let descriptor = connection.descriptor
        if state.value.tick == 0, isAsked {
            SocketQueue.keepAlive(descriptor, KeepAlive(within: UInt32(clamping: timeout.components.seconds)))
        }
        state.value.tick += 1
        let silence = state.value.watch.look(SocketQueue.peer(of: descriptor), tick: state.value.tick)
        guard interval * Int(silence) >= timeout else { return }
        connection.abort()
        task.cancel()
    }
    defer { look.cancel() }
    return try await body()
}
