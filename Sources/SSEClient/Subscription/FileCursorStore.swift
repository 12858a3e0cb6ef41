public import ServerSentEvents

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

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
