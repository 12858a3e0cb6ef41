/// A variable of a compiled URI template.
@available(SwiftSSE 1.0, *)
struct URITemplateVariable: Sendable {
    /// The part behind the variable's name: RFC 6570, section 2.4.
    enum Modifier: Equatable {
        case none
        /// `:3`, the first characters of the value.
        case prefix(Int)
        /// `*`, the values of a list, or the pairs of an associative array, each for itself.
        case explode
    }

    /// The text between the expression before and this one; empty for all but the first variable of an expression.
    let before: Range<Int>
    let name: Range<Int>
    let modifier: Modifier
    let operation: URITemplateOperator
    /// A Boolean value that indicates whether it is the first variable of its expression.
    let isFirst: Bool
    /// A Boolean value that indicates whether it is the last one.
    var isLast = false

    /// A Boolean value that indicates whether its value is all of the expression, and may be empty.
    var isAlone: Bool {
        self.isFirst && self.isLast && self.operation.first == nil && self.modifier == .none
    }
}

/// The ways in which a value is written, for a walk through a text that keeps for each place how it was reached.
///
/// A state is a bit, so that a place may be reached in several ways at a time.
@available(SwiftSSE 1.0, *)
enum URITemplateValue {
    /// A string, or a list whose values are joined by commas.
    case joined
    /// The same behind an equals sign, where an empty value has none.
    case joinedNotEmpty
    /// A list, or the pairs of an associative array, joined by the operator's separator.
    case exploded
    /// The same with names before the values: those of the pairs, or the variable's own.
    case explodedNamed

    // The states of `joinedNotEmpty`.
    private static let empty: UInt8 = 1
    private static let filled: UInt8 = 2
    // The states of the others: a value of a list, a pair's name, the place behind its equals sign, a pair's value.
    private static let item: UInt8 = 1
    private static let key: UInt8 = 2
    private static let equals: UInt8 = 4
    private static let value: UInt8 = 8

    /// The states at the beginning.
    var start: UInt8 {
        switch self {
        case .joined: Self.item
        case .joinedNotEmpty: Self.empty
        case .exploded: Self.item | Self.key
        case .explodedNamed: Self.key
        }
    }

    /// A Boolean value that indicates whether the value may end in one of the states.
    func isEnd(_ states: UInt8, of operation: URITemplateOperator) -> Bool {
        switch self {
        case .joined: states != 0
        case .joinedNotEmpty: states & Self.filled != 0
        case .exploded: states & (Self.item | Self.equals | Self.value) != 0
        case .explodedNamed:
            states & (operation.isEmptyMarked ? Self.equals | Self.value : Self.key | Self.value) != 0
        }
    }

    /// The states behind a character of a value, or an escape.
    func statesAfterCharacter(_ states: UInt8) -> UInt8 {
        switch self {
        case .joined: Self.item
        case .joinedNotEmpty: Self.filled
        case .exploded, .explodedNamed:
            states & (Self.item | Self.key | Self.value) | (states & Self.equals != 0 ? Self.value : 0)
        }
    }

    /// The states behind a byte that joins values; 0 if it cannot stand there.
    func states(_ states: UInt8, after byte: UInt8, of operation: URITemplateOperator) -> UInt8 {
        switch self {
        case .joined: return byte == UInt8(ascii: ",") ? Self.item : 0
        case .joinedNotEmpty: return byte == UInt8(ascii: ",") ? Self.filled : 0
        case .exploded, .explodedNamed:
            var result: UInt8 = 0
            if byte == UInt8(ascii: "="), states & Self.key != 0 { result |= Self.equals }
            if byte == operation.separator {
                if states & Self.item != 0 { result |= Self.item }
                let hasPair = self.isEnd(states & ~Self.item, of: operation)
                if hasPair { result |= Self.key }
            }
            return result
        }
    }
}

/// How an expression of a URI template writes its variables: RFC 6570, section 3.2.1 and the table of appendix A.
enum URITemplateOperator: UInt8 {
    /// `{x,y}`, which has no operator.
    case simple = 0
    /// `{+x,y}`, with reserved characters.
    case reserved = 0x2B
    /// `{#x,y}`, a fragment.
    case fragment = 0x23
    /// `{.x,y}`, labels.
    case label = 0x2E
    /// `{/x,y}`, segments of a path.
    case path = 0x2F
    /// `{;x,y}`, parameters of a path.
    case parameter = 0x3B
    /// `{?x,y}`, a query.
    case query = 0x3F
    /// `{&x,y}`, the continuation of a query.
    case continuation = 0x26

    /// The byte before the first value; it is missing if there is no value at all.
    var first: UInt8? {
        switch self {
        case .simple, .reserved: nil
        default: self.rawValue
        }
    }

    /// The byte before each of the others.
    var separator: UInt8 {
        switch self {
        case .simple, .reserved, .fragment: UInt8(ascii: ",")
        case .label, .path, .parameter: self.rawValue
        case .query, .continuation: UInt8(ascii: "&")
        }
    }

    /// A Boolean value that indicates whether the variable's name comes before its value.
    var isNamed: Bool {
        switch self {
        case .parameter, .query, .continuation: true
        default: false
        }
    }

    /// A Boolean value that indicates whether an empty value has its equals sign.
    var isEmptyMarked: Bool { self == .query || self == .continuation }

    /// Whether values may hold reserved characters.
    var isReservedAllowed: Bool { self == .reserved || self == .fragment }
}
