/// How an expression of a URI template writes its variables (RFC 6570, section 2.2). Simple expansion has no operator.
enum URITemplateOperator: UInt8 {
    /// `{+x,y}`, with reserved characters.
    case reserved = 0x2B
    /// `{#x,y}`, a fragment.
    case fragment = 0x23
    /// `{.x,y}`, labels.
    case label = 0x2E
    /// `{/x,y}`, segments of a path.
    case path = 0x2F

    /// What comes before the first value; that may be missing together with its value, unless there is nothing.
    var first: UInt8? { self == .reserved ? nil : self.rawValue }

    /// What comes before each of the others.
    var separator: UInt8 {
        switch self {
        case .reserved, .fragment: UInt8(ascii: ",")
        case .label, .path: self.rawValue
        }
    }

    /// Whether values may hold reserved characters.
    var isReservedAllowed: Bool { self == .reserved || self == .fragment }
}
