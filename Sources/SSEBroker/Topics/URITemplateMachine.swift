/// The states of a compiled URI template: a nondeterministic automaton without a stack, walked with a set of states.
@available(SwiftSSE 1.0, *)
struct URITemplateMachine: Sendable {
    private enum State: Sendable {
        /// Takes one certain byte.
        case byte(UInt8)
        /// Takes any number of bytes of a class; a percent sign leads through the two states behind it and back.
        case any(isReservedAllowed: Bool)
        /// Takes the first hexadecimal digit of a percent escape.
        case firstDigit
        /// Takes the second one, and goes back to the `any` before it.
        case secondDigit
        /// Takes nothing: goes on with the next state, or leaves out what is up to another.
        case skip(to: Int)
    }

    private var states: [State] = []

    /// Compiles a template.
    init(_ template: String) throws(BrokerError) {
        var rest = Array(template.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "{"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
                    throw BrokerError.invalidTemplate(template, "a brace is opened and not closed")
                }
                try self.append(expression: rest[..<end], of: template)
                rest = rest[(end + 1)...]
            case UInt8(ascii: "}"):
                throw BrokerError.invalidTemplate(template, "a brace is closed and not opened")
            default:
                self.states.append(.byte(byte))
            }
        }
    }

    private mutating func append(expression: ArraySlice<UInt8>, of template: String) throws(BrokerError) {
        let isReservedAllowed = expression.first == UInt8(ascii: "+")
        let names = (isReservedAllowed ? expression.dropFirst() : expression)
            .split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for (index, name) in names.enumerated() {
            guard !name.isEmpty else { throw BrokerError.invalidTemplate(template, "a variable has no name") }
            guard name.allSatisfy(\.isVariableNameByte) else {
                throw BrokerError.invalidTemplate(
                    template,
                    "only `{name}` and `{+name}` are supported, not `{\(String(decoding: expression, as: UTF8.self))}`"
                )
            }
            if index > 0 {
                self.states.append(.skip(to: self.states.count + 5))
                self.states.append(.byte(UInt8(ascii: ",")))
            }
            self.states += [.any(isReservedAllowed: isReservedAllowed), .firstDigit, .secondDigit]
        }
    }

    /// Tells whether the whole of a text fits.
    func matches(_ text: String.UTF8View) -> Bool {
        var active = BitSet(count: self.states.count + 1)
        var following = active
        self.enter(0, of: &active)
        for byte in text {
            following.removeAll()
            active.forEach { index in
                guard index < self.states.count else { return }
                switch self.states[index] {
                case .byte(let expected):
                    if byte == expected { self.enter(index + 1, of: &following) }
                case .any(let isReservedAllowed):
                    if byte == UInt8(ascii: "%") {
                        following.insert(index + 1)
                    } else if byte.isUnreserved || (isReservedAllowed && byte.isReserved) {
                        self.enter(index, of: &following)
                    }
                case .firstDigit:
                    if byte.isHexDigit { following.insert(index + 1) }
                case .secondDigit:
                    if byte.isHexDigit { self.enter(index - 2, of: &following) }
                case .skip:
                    break
                }
            }
            swap(&active, &following)
            if active.isEmpty { return false }
        }
        return active.contains(self.states.count)
    }

    /// Enters a state and those that are reached from it without taking a byte.
    private func enter(_ index: Int, of set: inout BitSet) {
        var index = index
        var skipped: [Int] = []
        while set.insert(index), index < self.states.count {
            switch self.states[index] {
            case .any:
                index += 3
            case .skip(let target):
                skipped.append(target)
                index += 1
            case .byte, .firstDigit, .secondDigit:
                return skipped.forEach { self.enter($0, of: &set) }
            }
        }
        skipped.forEach { self.enter($0, of: &set) }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// RFC 6570, section 2.3.
    fileprivate var isVariableNameByte: Bool {
        self.isLetterOrDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: ".")
    }

    /// RFC 3986, section 2.3.
    fileprivate var isUnreserved: Bool {
        self.isLetterOrDigit || "-._~".utf8.contains(self)
    }

    /// RFC 3986, section 2.2.
    fileprivate var isReserved: Bool { ":/?#[]@!$&'()*+,;=".utf8.contains(self) }

    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
