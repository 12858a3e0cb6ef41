@available(SwiftSSE 1.0, *)
extension ServerSentEvent {
    /// How long a client waits before it connects again: a whole number of milliseconds, zero or more.
    public struct ReconnectionTime: Sendable, Hashable {
        /// The time in milliseconds.
        public let milliseconds: Int64

        init(unchecked milliseconds: Int64) {
            self.milliseconds = milliseconds
        }

        /// Makes a reconnection time from a duration; what is less than a millisecond is cut off.
        ///
        /// - Parameter duration: The time.
        /// - Throws: ``ServerSentEventsError`` with the code ``ServerSentEventsError/Code/invalidReconnectionTime`` if
        ///   the duration is negative or has more milliseconds than `Int64` holds.
        public init(_ duration: Duration) throws(ServerSentEventsError) {
            let (seconds, attoseconds) = duration.components
            let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
            let (sum, overflowOfSum) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
            guard duration >= .zero, !overflow, !overflowOfSum else {
                throw ServerSentEventsError(
                    code: .invalidReconnectionTime,
                    message: "The field 'retry' must be zero or more milliseconds, not \(duration)."
                )
            }
            self.init(unchecked: sum)
        }

        /// A number of milliseconds.
        public static func milliseconds(_ count: UInt32) -> ReconnectionTime {
            ReconnectionTime(unchecked: Int64(count))
        }

        /// A number of seconds.
        public static func seconds(_ count: UInt32) -> ReconnectionTime {
            ReconnectionTime(unchecked: Int64(count) * 1000)
        }

        /// The time as a `Duration`.
        public var duration: Duration { .milliseconds(self.milliseconds) }
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.ReconnectionTime: CustomStringConvertible {
    /// The time with its unit, such as `3000 ms`.
    public var description: String { "\(self.milliseconds) ms" }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.ReconnectionTime {
    /// Reads the value of a `retry` field: one or more ASCII digits and nothing else.
    ///
    /// A number that no `Int64` holds becomes the largest one: the sender asked for "very late", not for nothing.
    init?(digits: UnsafeBufferPointer<UInt8>) {
        guard !digits.isEmpty else { return nil }
        var milliseconds: Int64 = 0
        var isTooLarge = false
        for byte in digits {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 10)
            let (sum, overflowOfSum) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            isTooLarge = isTooLarge || overflow || overflowOfSum
            milliseconds = isTooLarge ? .max : sum
        }
        self.init(unchecked: milliseconds)
    }
}
