#if NATS
/// The id by which servers know an event again.
struct MessageID {
    let text: String

    /// Whether the publisher chose it.
    let isChosen: Bool

    /// - Parameter key: The key of the publisher's, `nil` for one that nobody else has.
    init(_ key: String?) {
        if let key {
            // The mark keeps an empty key from being none.
            self.text = "%K" + PercentText.header(key)
        } else {
            self.text =
                "%R" + String(UInt64.random(in: 0...(.max)), radix: 36)
                + String(UInt64.random(in: 0...(.max)), radix: 36)
        }
        self.isChosen = key != nil
    }
}
#endif
