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
