/// A compiled URI template, which tells whether a text fits.
///
/// It goes through the variables from left to right and keeps the set of the places in the text at which the value of
/// the variable may end. One variable costs two walks over the text, however many ways there are to share the text out
/// among the variables, and however the text between them repeats itself. So the time is linear in the product of the
/// text's length and the number of variables, and ``maximumVariableCount`` bounds the latter.
@available(SwiftSSE 1.0, *)
struct URITemplateMachine: Sendable {
    /// The most variables of one template.
    static let maximumVariableCount = 16

    fileprivate struct Variable: Sendable {
        /// The text between this variable and the one before it.
        let before: URITemplateLiteral
        /// What comes before the value if there is one; both may be missing then. `nil` if the value is there always.
        let lead: UInt8?
        /// Whether the value may hold reserved characters.
        let isReservedAllowed: Bool
    }

    private var variables: [Variable] = []
    /// How many variables the template has, with those that need no place of their own.
    private(set) var variableCount = 0
    /// The text behind the last variable.
    private var suffix: URITemplateLiteral

    /// Compiles a template.
    init(_ template: String) throws(BrokerError) {
        self.suffix = URITemplateLiteral([])
        var literal: [UInt8] = []
        var rest = Array(template.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "{"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
                    throw BrokerError.invalidTemplate(template, "a brace is opened and not closed")
                }
                try self.append(rest[..<end], after: literal, of: template)
                literal = []
                rest = rest[(end + 1)...]
            case UInt8(ascii: "}"):
                throw BrokerError.invalidTemplate(template, "a brace is closed and not opened")
            default:
                literal.append(byte)
            }
        }
        self.suffix = URITemplateLiteral(literal)
    }

    private mutating func append(
        _ expression: ArraySlice<UInt8>,
        after literal: [UInt8],
        of template: String
    ) throws(BrokerError) {
        let operation = expression.first.flatMap(URITemplateOperator.init)
        let names = (operation == nil ? expression : expression.dropFirst())
            .split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for (index, name) in names.enumerated() {
            guard !name.isEmpty else { throw BrokerError.invalidTemplate(template, "a variable has no name") }
            guard name.allSatisfy(\.isVariableNameByte) else {
                throw BrokerError.invalidTemplate(
                    template,
                    "only `{name}`, `{+name}`, `{#name}`, `{.name}` and `{/name}` are supported, not "
                        + "`{\(String(decoding: expression, as: UTF8.self))}`"
                )
            }
            self.variableCount += 1
            guard self.variableCount <= Self.maximumVariableCount else {
                throw BrokerError.invalidTemplate(template, "it has more than \(Self.maximumVariableCount) variables")
            }
            // A value that may hold reserved characters may hold the commas as well, with all that is between them.
            if index > 0, operation?.isReservedAllowed == true { continue }
            self.variables.append(
                Variable(
                    before: URITemplateLiteral(index == 0 ? literal : []),
                    lead: index == 0 ? operation?.first : operation?.separator ?? UInt8(ascii: ","),
                    isReservedAllowed: operation?.isReservedAllowed ?? false
                )
            )
        }
    }

    /// Tells whether the whole of a text fits.
    func matches<Text: RandomAccessCollection<UInt8>>(_ text: Text) -> Bool where Text.Index == Int {
        guard let prefix = self.variables.first?.before else {
            return text.count == self.suffix.bytes.count && text.elementsEqual(self.suffix.bytes)
        }
        // Most texts that do not fit are told by their beginning.
        guard text.count >= prefix.bytes.count + self.suffix.bytes.count,
            text.starts(with: prefix.bytes),
            text.suffix(self.suffix.bytes.count).elementsEqual(self.suffix.bytes)
        else { return false }
        let start = text.startIndex + prefix.bytes.count
        let middle = text[start..<(text.endIndex - self.suffix.bytes.count)]

        // Most templates have one variable, whose value is all of the middle.
        guard self.variables.count > 1 else { return self.variables[0].isValueWithLead(middle) }

        // For each place in the middle, its end included: whether the text up to it fits the template so far.
        var places = Array(repeating: false, count: middle.count + 1)
        var placesBefore = places
        places[0] = true
        for (index, variable) in self.variables.enumerated() {
            if index > 0 {
                swap(&places, &placesBefore)
                for place in places.indices { places[place] = false }
                variable.before.addEnds(to: &places, after: placesBefore, in: middle)
            }
            guard variable.extend(&places, over: middle) else { return false }
        }
        return places[middle.count]
    }
}

@available(SwiftSSE 1.0, *)
extension URITemplateMachine.Variable {
    /// Whether the whole of a text may be the value, with what comes before it.
    fileprivate func isValueWithLead<Text: RandomAccessCollection<UInt8>>(
        _ text: Text
    ) -> Bool where Text.Index == Int {
        guard let lead else { return self.isValue(text) }
        return text.isEmpty || (text.first == lead && self.isValue(text.dropFirst()))
    }

    /// Whether the whole of a text may be the value.
    private func isValue<Text: RandomAccessCollection<UInt8>>(_ text: Text) -> Bool where Text.Index == Int {
        var index = text.startIndex
        while index < text.endIndex {
            guard let next = self.index(after: index, in: text) else { return false }
            index = next
        }
        return true
    }

    /// Adds the places to which a value may go on from the places that are there.
    ///
    /// - Returns: Whether there are any.
    fileprivate func extend<Text: RandomAccessCollection<UInt8>>(
        _ places: inout [Bool],
        over text: Text
    ) -> Bool where Text.Index == Int {
        guard let lead else { return self.extendValue(&places, over: text) }
        var valuePlaces = Array(repeating: false, count: places.count)
        for place in 0..<text.count where places[place] && text[text.startIndex + place] == lead {
            valuePlaces[place + 1] = true
        }
        let hasValue = self.extendValue(&valuePlaces, over: text)
        var isReachable = hasValue
        for place in places.indices {
            isReachable = isReachable || places[place]
            places[place] = places[place] || valuePlaces[place]
        }
        return isReachable
    }

    private func extendValue<Text: RandomAccessCollection<UInt8>>(
        _ places: inout [Bool],
        over text: Text
    ) -> Bool where Text.Index == Int {
        var isReachable = places[text.count]
        for place in 0..<text.count where places[place] {
            isReachable = true
            if let next = self.index(after: text.startIndex + place, in: text) {
                places[next - text.startIndex] = true
            }
        }
        return isReachable
    }

    /// Where a value goes on that takes what is at an index; `nil` if it cannot take it.
    private func index<Text: RandomAccessCollection<UInt8>>(
        after index: Int,
        in text: Text
    ) -> Int? where Text.Index == Int {
        let byte = text[index]
        guard byte == UInt8(ascii: "%") else {
            return byte.isUnreserved || (self.isReservedAllowed && byte.isReserved) ? index + 1 : nil
        }
        // An escape belongs to the value as a whole or not at all.
        guard index + 2 < text.endIndex, text[index + 1].isHexDigit, text[index + 2].isHexDigit else { return nil }
        return index + 3
    }
}
