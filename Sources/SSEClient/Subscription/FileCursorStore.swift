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
    /// - Returns: The id, `nil` if there is no such file.
    /// - Throws: An error of Foundation if the file cannot be read, `ServerSentEventsError` if it holds no id.
    public func load() async throws -> ServerSentEvent.EventID? {
        guard FileManager.default.fileExists(atPath: self.path) else { return nil }
        let contents = try Data(contentsOf: URL(filePath: self.path))
        return try ServerSentEvent.EventID(String(decoding: contents, as: UTF8.self))
    }

    /// Replaces the file.
    ///
    /// - Throws: An error of Foundation if it cannot be written.
    public func save(_ id: ServerSentEvent.EventID) async throws {
        try Data(id.rawValue.utf8).write(to: URL(filePath: self.path), options: .atomic)
    }
}
