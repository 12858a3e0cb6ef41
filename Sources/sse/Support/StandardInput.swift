import Foundation

/// Standard input, read as it comes.
enum StandardInput {
    /// What is there, waiting only if there is nothing; `nil` at the end.
    static func nextChunk() -> [UInt8]? {
        let data = FileHandle.standardInput.availableData
        return data.isEmpty ? nil : Array(data)
    }
}
