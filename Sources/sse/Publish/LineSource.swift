import Foundation
import NIOPosix

/// The events to publish: the lines of standard input, read no faster than they are taken, or a single text.
final class LineSource {
    /// The longest line, in bytes. Far above what hubs take, and far below what would hurt this machine.
    private static let maximumBytes = 16 * 1024 * 1024

    private var buffer: [UInt8] = []
    /// Where the next line begins.
    private var start = 0
    /// Up to where there is no line end.
    private var searched = 0
    private var isAtEnd = false
    private let isSingle: Bool
    /// How many lines have been taken.
    private(set) var count = 0

    /// Takes standard input.
    init() {
        self.isSingle = false
    }

    /// Takes a text, which may have several lines and is one event all the same.
    init(single text: String) {
        self.isSingle = true
        self.isAtEnd = true
        self.buffer = Array(text.utf8)
    }

    /// Makes sure that there is a line to take.
    ///
    /// - Returns: Whether there is one; there is none at the end of the input.
    /// - Throws: `CancellationError`; nothing of the input is lost then.
    func fill() async throws -> Bool {
        while !self.isAtEnd, !self.hasLineEnd, !self.isTooLong {
            try Task.checkCancellation()
            // On a thread that may wait, and never for long, so that Ctrl-C is noticed.
            guard let chunk = try await NIOThreadPool.singleton.runIfActive({ StandardInput.chunkWithinMoment() })
            else {
                continue
            }
            guard !chunk.isEmpty else {
                self.isAtEnd = true
                break
            }
            self.buffer.removeFirst(self.start)
            self.searched -= self.start
            self.start = 0
            self.buffer += chunk
        }
        return self.hasLine
    }

    /// Whether there is a line that can be taken without waiting.
    var hasLine: Bool {
        if self.isSingle { return self.count == 0 }
        return self.hasLineEnd || self.start < self.buffer.count && (self.isAtEnd || self.isTooLong)
    }

    /// Takes a line, after ``fill()`` has said that there is one.
    ///
    /// - Returns: The line without its end, be that LF or CR LF.
    /// - Throws: ``CommandFailure`` if the line cannot be the data of an event.
    func take() throws(CommandFailure) -> (number: Int, bytes: ArraySlice<UInt8>) {
        self.count += 1
        guard !self.isSingle else { return (self.count, self.buffer[...]) }
        let end = self.hasLineEnd ? self.searched : self.buffer.count
        var line = self.buffer[self.start..<end]
        self.start = min(end + 1, self.buffer.count)
        self.searched = self.start
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard line.count <= Self.maximumBytes else {
            throw CommandFailure("Line \(Count.text(self.count)) is longer than 16 MB, too long for an event.")
        }
        guard String(validating: line, as: UTF8.self) != nil else {
            throw CommandFailure("Line \(Count.text(self.count)) is not UTF-8, and events are; convert it with iconv.")
        }
        return (self.count, line)
    }

    /// How a message calls a line.
    func name(of line: Int) -> String { self.isSingle ? "the event" : "line \(Count.text(line))" }

    private var isTooLong: Bool { self.buffer.count - self.start > Self.maximumBytes }

    /// Whether the next line has an end, at `searched`.
    private var hasLineEnd: Bool {
        if self.searched < self.buffer.count, self.buffer[self.searched] == UInt8(ascii: "\n") { return true }
        self.searched = self.buffer[self.searched...].firstIndex(of: UInt8(ascii: "\n")) ?? self.buffer.count
        return self.searched < self.buffer.count
    }
}
