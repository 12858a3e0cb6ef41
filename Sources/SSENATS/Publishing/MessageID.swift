#if NATS
internal import Synchronization

/// The id by which servers know an event again.
struct MessageID {
    let text: String

    /// Whether the publisher chose it.
    let isChosen: Bool
}

/// Gives each event an id that no other event has, here or at another broker.
@available(SwiftSSE 1.0, *)
final class MessageIDs: Sendable {
    private let prefix: String
    private let count = Atomic<UInt64>(0)

    init() {
        // What no key of a publisher's begins with, and 128 bits that nobody else has.
        self.prefix = "%R" + (0..<2).map { _ in String(UInt64.random(in: 0...(.max)), radix: 36) }.joined() + "-"
    }

    /// - Parameter key: The key of the publisher's, `nil` for one that nobody else has.
    func id(for key: String?) -> MessageID {
        // The mark keeps an empty key from being none.
        if let key { return MessageID(text: "%K" + PercentText.header(key), isChosen: true) }
        let number = self.count.wrappingAdd(1, ordering: .relaxed).newValue
        return MessageID(text: self.prefix + String(number, radix: 36), isChosen: false)
    }
}
#endif
