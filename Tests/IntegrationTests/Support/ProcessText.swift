internal import Foundation
internal import Synchronization

/// What a program writes to one of its outputs: line by line as it comes, and as a whole.
@available(SwiftSSE 1.0, *)
final class ProcessText: Sendable {
    /// The lines, without their ends.
    let lines: AsyncStream<String>

    private let continuation: AsyncStream<String>.Continuation
    private let received = Mutex(Data())
    private let reading: DispatchGroup

    /// Begins to read on a thread of its own.
    init(_ handle: FileHandle) {
        (self.lines, self.continuation) = AsyncStream.makeStream()
        let reading = DispatchGroup()
        self.reading = reading
        reading.enter()
        Thread.detachNewThread { [weak self] in
            while case let data = handle.availableData, !data.isEmpty { self?.append(data) }
            self?.continuation.finish()
            reading.leave()
        }
    }

    private func append(_ data: Data) {
        let lines = self.received.withLock { received in
            let start = received.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            received.append(data)
            return received[start...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
                .map { String(decoding: $0, as: UTF8.self) }
        }
        for line in lines { self.continuation.yield(line) }
    }

    /// Everything, once the program has closed its end.
    func all() async -> String {
        await withCheckedContinuation { continuation in
            self.reading.notify(queue: .global()) { continuation.resume() }
        }
        return String(decoding: self.received.withLock { $0 }, as: UTF8.self)
    }
}
