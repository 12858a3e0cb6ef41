import Foundation

/// Standard input, read as it comes.
enum StandardInput {
    /// Whether a person types it.
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// What is there, waiting only if there is nothing; `nil` at the end.
    static func nextChunk() -> [UInt8]? {
        let data = FileHandle.standardInput.availableData
        return data.isEmpty ? nil : Array(data)
    }

    /// All there is, once it has ended.
    static func readToEnd() -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = Self.nextChunk() { bytes += chunk }
        return bytes
    }

    /// What comes within a fifth of a second; `nil` if nothing comes, nothing at the end.
    static func chunkWithinMoment() -> [UInt8]? {
        var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, 200) != 0 else { return nil }
        return Self.nextChunk() ?? []
    }
}
