@available(SwiftSSE 1.0, *)
extension ServerSentEvent {
    /// An event's id: one line of text without NUL. It may be empty, which resets the receiver's last event ID.
    public struct EventID: Sendable {
        /// The id's text.
        public var rawValue: String { self.text.string }

        let text: EventText

        @inline(__always)
        init(unchecked text: EventText) {
            self.text = text
        }

        /// Makes an id from text.
        ///
        /// - Parameter rawValue: The text.
        /// - Throws: ``ServerSentEventsError`` with the code ``ServerSentEventsError/Code/invalidEventID`` if the text
        ///   holds CR or LF (which would end the field) or NUL (for which receivers ignore the whole field).
        public init(_ rawValue: String) throws(ServerSentEventsError) {
            if let byte = rawValue.utf8.first(where: { $0 == .carriageReturn || $0 == .lineFeed || $0 == 0 }) {
                throw ServerSentEventsError(
                    code: .invalidEventID,
                    message: "The field 'id' must not hold \(byte.controlName); "
                        + (byte == 0 ? "receivers would ignore it." : "it would end the field.")
                )
            }
            self.init(unchecked: EventText(rawValue))
        }

        /// Makes an id from a number, such as that of a row or of a position in a log.
        ///
        /// - Parameter number: The number, which is written in decimal digits.
        public init(_ number: some BinaryInteger) {
            self.init(unchecked: EventText(String(number)))
        }

        /// The id of no characters, which resets the receiver's last event ID.
        public static var empty: EventID { EventID(unchecked: EventText(short: .empty)) }
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.EventID: Hashable {
    /// Tells whether two ids have the same bytes.
    public static func == (first: Self, second: Self) -> Bool {
        first.text == second.text
    }

    /// Feeds the id's bytes to a hasher.
    public func hash(into hasher: inout Hasher) {
        self.text.hash(into: &hasher)
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.EventID: ExpressibleByStringLiteral {
    /// Makes an id from a literal in the source.
    ///
    /// - Precondition: The literal is a valid id; use ``init(_:)-(String)`` for text that is not known when you compile.
    public init(stringLiteral value: String) {
        do throws(ServerSentEventsError) {
            try self.init(value)
        } catch {
            preconditionFailure(error.message)
        }
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.EventID: CustomStringConvertible {
    /// The id's text.
    public var description: String { self.rawValue }
}
