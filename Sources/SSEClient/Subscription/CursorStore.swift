public import ServerSentEvents

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Where a subscription keeps its place, so that it goes on there after the process has been started again.
///
/// The id of an event is saved once your loop has asked for the next one, not before: an event during which the process
/// ends comes once more, and none is lost. Ids are not saved one by one while events come quickly, but before the
/// subscription waits, and at least once a second.
@available(SwiftSSE 1.0, *)
public protocol CursorStore: Sendable {
    /// The last event ID that was saved, `nil` if none was.
    ///
    /// Called once, before the first connection. What it throws ends the subscription, because going on from another
    /// place would lose events.
    func load() async throws -> ServerSentEvent.EventID?

    /// Saves a last event ID. An empty one means that the server has reset it.
    ///
    /// What it throws is reported as ``SubscriptionSignal/cursorNotSaved(_:)``, and the subscription goes on.
    func save(_ id: ServerSentEvent.EventID) async throws
}

/// Keeps a subscription's place in a file that holds the id and nothing else.
///
/// The file is replaced as a whole, so that it never holds half an id, also if the process ends while it is written.
@available(SwiftSSE 1.0, *)
public struct FileCursorStore: CursorStore {
    /// The file's path.
    public let path: String

    /// Makes a store.
    ///
    /// - Parameter path: The file's path. The file need not exist; the folder must.
    public init(path: String) {
        self.path = path
    }

    /// Reads the file.
    ///
    /// A line end at the file's end, as editors and `echo` write it, is no part of the id.
    ///
    /// - Returns: The id, `nil` if there is no such file.
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidCursor`` if the file cannot be read, or holds
    ///   no id. It names the file.
    public func load() async throws -> ServerSentEvent.EventID? {
        guard FileManager.default.fileExists(atPath: self.path) else { return nil }
        do {
            var contents = try Data(contentsOf: URL(filePath: self.path))
            if contents.last == UInt8(ascii: "\n") { contents.removeLast() }
            if contents.last == UInt8(ascii: "\r") { contents.removeLast() }
            guard let text = String(validating: contents, as: UTF8.self) else {
                throw self.invalid("it is not UTF-8", cause: nil)
            }
            return try ServerSentEvent.EventID(text)
        } catch let error as ServerSentEventsError {
            throw self.invalid("it holds more than one line, or a NUL", cause: error)
        } catch let error as SSEClientError {
            throw error
        } catch {
            throw self.invalid("it cannot be read", cause: error)
        }
    }

    private func invalid(_ reason: String, cause: (any Error)?) -> SSEClientError {
        SSEClientError(
            code: .invalidCursor,
            message: "The file '\(self.path.inOneLine())' has no last event ID: \(reason).",
            cause: cause
        )
    }

    /// Replaces the file.
    ///
    /// - Throws: ``SSEClientError`` with the code ``SSEClientError/Code/invalidCursor`` if it cannot be written. It names the
    ///   file.
    public func save(_ id: ServerSentEvent.EventID) async throws {
        do {
            try Data(id.rawValue.utf8).write(to: URL(filePath: self.path), options: .atomic)
        } catch {
            throw SSEClientError(
                code: .invalidCursor,
                message: "The file '\(self.path.inOneLine())' cannot be written, so the last event ID is not saved.",
                cause: error
            )
        }
    }
}

/// Saves the last event ID no more often than it is worth.
@available(SwiftSSE 1.0, *)
struct CursorKeeper<ClockType: Clock> where ClockType.Duration == Duration {
    private static var interval: Duration { .seconds(1) }

    private let store: any CursorStore
    private let clock: ClockType
    private var lastSave: ClockType.Instant
    private var taken: ServerSentEvent.EventID?
    private var saved: ServerSentEvent.EventID?

    init(_ store: any CursorStore, _ clock: ClockType) {
        self.store = store
        self.clock = clock
        self.lastSave = clock.now
    }

    mutating func load() async throws -> ServerSentEvent.EventID? {
        self.saved = try await self.store.load()
        self.taken = self.saved
        return self.saved
    }

    /// Takes note of the id of what the consumer is done with.
    ///
    /// - Returns: Whether it has been long since the last one was saved.
    mutating func isDue(_ id: ServerSentEvent.EventID) -> Bool {
        self.taken = id
        return self.lastSave.duration(to: self.clock.now) >= Self.interval
    }

    /// Saves the id of what the consumer is done with, unless it has been saved.
    mutating func save() async throws {
        self.lastSave = self.clock.now
        guard let id = self.taken, id != self.saved ?? .empty else { return }
        try await self.store.save(id)
        self.saved = id
    }
}
