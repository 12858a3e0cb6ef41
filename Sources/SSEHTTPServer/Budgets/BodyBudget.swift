internal import Synchronization

/// The bytes that the bodies of all requests of a server may hold together.
///
/// A body counts from its first byte until its request has been answered. The last quarter is for small ones, so that a
/// few clients with large bodies that never end do not keep all others from publishing.
@available(SwiftSSE 1.0, *)
final class BodyBudget: Sendable {
    /// What a small body has at most.
    static let smallBytes = 64 * 1024

    private let maximum: Int
    private let maximumWithLarge: Int
    private let held = Atomic(0)

    /// - Parameters:
    ///   - maximum: The bytes of all bodies together.
    ///   - maximumWithLarge: The bytes up to which large bodies are taken; three quarters of all by default.
    init(maximum: Int, maximumWithLarge: Int? = nil) {
        self.maximum = maximum
        self.maximumWithLarge = maximumWithLarge ?? maximum / 4 * 3
    }

    /// The bytes that are held now.
    var current: Int { self.held.load(ordering: .relaxed) }

    /// Counts bytes in.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - before: How many the same body has already.
    /// - Returns: A Boolean value that indicates whether they are not too many; if they are, they are not counted.
    func hold(_ count: Int, after before: Int) -> Bool {
        let isSmall = before + count <= Self.smallBytes
        let limit = isSmall ? self.maximum : self.maximumWithLarge
        guard self.held.wrappingAdd(count, ordering: .relaxed).newValue <= limit else {
            self.release(count)
            return false
        }
        return true
    }

    /// Counts bytes out.
    func release(_ count: Int) { self.held.wrappingSubtract(count, ordering: .relaxed) }
}

/// What a connection's clients may have cost by sending bodies in small pieces: each piece is paid for by its own
/// bytes, and a request brings some more.
struct PartAllowance {
    /// The bytes that pay for one piece. It costs a turn through the decoder and the pipeline, whatever it brings.
    private static let bytesPerPart = 64
    private static let partsPerRequest = 16
    private static let maximum = 256

    private var left = PartAllowance.maximum

    /// A request has begun.
    mutating func beginRequest() { self.left = min(Self.maximum, self.left + Self.partsPerRequest) }

    /// A piece of a body has come.
    ///
    /// - Returns: A Boolean value that indicates whether there have not been too many small ones.
    mutating func take(_ byteCount: Int) -> Bool {
        self.left = min(Self.maximum, self.left + byteCount / Self.bytesPerPart - 1)
        return self.left >= 0
    }
}
