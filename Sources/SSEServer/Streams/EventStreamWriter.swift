internal import NIOCore
public import ServerSentEvents
private import ServerSentEventsNIO

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Sends events to one client.
///
/// Made by ``withEventStream(to:configuration:clock:onDisconnect:_:)`` and what stands on it. It may be used from several tasks; calls are
/// served in order.
///
/// Each call is one write and one flush. It returns when the bytes are on their way, and suspends while the client's
/// socket is full, so a producer cannot run ahead of a slow client.
///
/// ```swift
/// try await writer.send(ServerSentEvent(type: "tick", data: "1"))
/// ```
@available(SwiftSSE 1.0, *)
public struct EventStreamWriter: Sendable {
    private let encoder: EventStreamEncoder
    private let submit: @Sendable (ByteBuffer) async throws -> Void

    init(encoder: EventStreamEncoder, submit: @escaping @Sendable (ByteBuffer) async throws -> Void) {
        self.encoder = encoder
        self.submit = submit
    }

    /// Sends an event.
    ///
    /// - Parameter event: The event.
    /// - Throws: ``SSEServerError`` when the client has left, does not take the write in time, or the server shuts down;
    ///   `ServerSentEventsError` when the event cannot be encoded; `CancellationError` when the task is cancelled.
    public func send(_ event: ServerSentEvent) async throws {
        try await self.send(contentsOf: CollectionOfOne(event))
    }

    /// Sends several events in one write.
    ///
    /// - Parameter events: The events; if there are none, nothing is written.
    /// - Throws: As ``send(_:)``.
    public func send(contentsOf events: some Collection<ServerSentEvent>) async throws {
        guard !events.isEmpty else { return }
        var buffer = ByteBuffer()
        try buffer.writeServerSentEvents(events, encoder: self.encoder)
        try await self.submit(buffer)
    }

    /// Sends the events of a sequence as they come, until it ends.
    ///
    /// - Parameter events: The events.
    /// - Throws: As ``send(_:)``, and what the sequence throws.
    public func send<Events: AsyncSequence>(
        contentsOf events: Events
    ) async throws where Events.Element == ServerSentEvent {
        for try await event in events { try await self.send(event) }
    }

    /// Sends a value as an event whose data is JSON.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - type: The event type.
    ///   - id: The event's id, `nil` to send none.
    ///   - encoder: What makes the JSON.
    /// - Throws: As ``send(_:)``, and what the JSON encoder throws.
    public func send(
        json value: some Encodable,
        type: ServerSentEvent.EventType = .message,
        id: ServerSentEvent.EventID? = nil,
        encoder: JSONEncoder = JSONEncoder()
    ) async throws {
        try await self.send(ServerSentEvent(type: type, bytes: Array(encoder.encode(value)), id: id))
    }

    /// Sends a comment, which clients ignore.
    ///
    /// - Parameter text: The text, which stands right after the colon; line ends in it make several comments.
    /// - Throws: As ``send(_:)``.
    public func comment(_ text: String) async throws {
        try await self.submit(ByteBuffer(bytes: self.encoder.encode(comment: text)))
    }

    /// Sends bytes as they are.
    func send(bytes: [UInt8]) async throws { try await self.submit(ByteBuffer(bytes: bytes)) }

    /// Tells the client how long to wait before it connects again.
    ///
    /// - Parameter time: The reconnection time.
    /// - Throws: As ``send(_:)``.
    public func retry(_ time: ServerSentEvent.ReconnectionTime) async throws {
        try await self.submit(ByteBuffer(bytes: self.encoder.encode(retry: time)))
    }
}
