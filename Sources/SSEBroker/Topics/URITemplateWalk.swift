/// The way of a text through the variables of a URI template.
///
/// Its memory is a part of the stack, and each variable is a few loops over it: a publisher's event may be compared
/// with thousands of templates.
@available(SwiftSSE 1.0, *)
struct URITemplateWalk<Text: RandomAccessCollection<UInt8>> where Text.Index == Int {
    private typealias Places = UnsafeMutableBufferPointer<UInt8>

    private let text: Text
    private let literals: URITemplateLiterals

    // For each place in the text, its end included, 1 if the text up to it fits the template so far:
    /// with no variable of the expression that is looked at, or behind the expression before,
    private var places: Places
    /// with one of its variables or more.
    private var placesBehindValues: Places
    /// the places where the next value may begin,
    private var starts: Places
    /// and those where a variable's name ends.
    private let namesEnds: Places

    /// Tells whether the whole of a text fits variables, the first of which begins where the text does.
    static func matches(_ text: Text, _ variables: [URITemplateVariable], _ literals: URITemplateLiterals) -> Bool {
        let count = text.count + 1
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4 * count) { memory in
            memory.initialize(repeating: 0)
            func part(_ number: Int) -> Places {
                Places(rebasing: memory[(number * count)..<((number + 1) * count)])
            }
            var walk = URITemplateWalk(
                text: text,
                literals: literals,
                places: part(0),
                placesBehindValues: part(1),
                starts: part(2),
                namesEnds: part(3)
            )
            walk.places[0] = 1
            for (index, variable) in variables.enumerated() {
                guard walk.take(variable, isFirstOfAll: index == 0) else { return false }
            }
            return walk.places[count - 1] != 0
        }
    }

    /// Goes on to the places behind a variable.
    ///
    /// - Parameter isFirstOfAll: Whether the text before the variable has been taken off already.
    /// - Returns: Whether there are any.
    private mutating func take(_ variable: URITemplateVariable, isFirstOfAll: Bool) -> Bool {
        if variable.isFirst, !isFirstOfAll, !variable.before.isEmpty {
            self.starts.update(repeating: 0)
            let hasEnd = self.literals.addEnds(
                of: variable.before,
                to: self.starts,
                after: self.places,
                in: self.text
            )
            guard hasEnd else { return false }
            swap(&self.places, &self.starts)
        }
        let operation = variable.operation
        // Most variables stand alone and may be empty, so that each place is an end of the value as well.
        if variable.isAlone {
            return self.extendPlaces(isReservedAllowed: operation.isReservedAllowed)
        }
        if variable.isFirst { self.placesBehindValues.update(repeating: 0) }
        self.addStarts(of: variable)
        self.addEnds(of: variable)
        guard variable.isLast else { return true }
        var isAny: UInt8 = 0
        for place in self.places.indices {
            self.places[place] |= self.placesBehindValues[place]
            isAny |= self.places[place]
        }
        return isAny != 0
    }

    /// A value begins behind what comes first in its expression, or behind a separator.
    private mutating func addStarts(of variable: URITemplateVariable) {
        if let first = variable.operation.first {
            self.starts.update(repeating: 0)
            self.addStarts(behind: first, after: self.places)
        } else {
            _ = self.starts.update(fromContentsOf: self.places)
        }
        guard !variable.isFirst else { return }
        self.addStarts(behind: variable.operation.separator, after: self.placesBehindValues)
    }

    private func addStarts(behind byte: UInt8, after places: Places) {
        let start = self.text.startIndex
        for place in 0..<self.text.count where places[place] != 0 && self.text[start + place] == byte {
            self.starts[place + 1] = 1
        }
    }
}

// MARK: Values

@available(SwiftSSE 1.0, *)
extension URITemplateWalk {
    /// A Boolean value that indicates whether the whole of a text may be the value of a variable without operator and
    /// modifier.
    static func isJoinedValue(_ text: Text) -> Bool {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: ",") {
                index += 1
            } else {
                guard let next = Self.index(after: index, in: text, isReservedAllowed: false) else { return false }
                index = next
            }
        }
        return true
    }

    /// Adds the places to which a string, or a list joined by commas, may go on.
    ///
    /// - Returns: Whether there are any.
    private func extendPlaces(isReservedAllowed: Bool) -> Bool {
        let (start, count) = (self.text.startIndex, self.text.count)
        var isAny = self.places[count]
        for place in 0..<count where self.places[place] != 0 {
            isAny = 1
            let index = start + place
            if self.text[index] == UInt8(ascii: ",") {
                self.places[place + 1] = 1
            } else if let next = Self.index(after: index, in: self.text, isReservedAllowed: isReservedAllowed) {
                self.places[next - start] = 1
            }
        }
        return isAny != 0
    }

    /// Adds the places where the variable may end that begins at one of the starts.
    private func addEnds(of variable: URITemplateVariable) {
        let operation = variable.operation
        guard operation.isNamed else {
            switch variable.modifier {
            case .none: self.addEnds(of: .joined, operation)
            case .explode: self.addEnds(of: operation.isReservedAllowed ? .joined : .exploded, operation)
            case .prefix(let count): self.addEnds(ofPrefix: count, operation, isEmptyAllowed: true)
            }
            return
        }
        guard variable.modifier != .explode else { return self.addEnds(of: .explodedNamed, operation) }

        self.namesEnds.update(repeating: 0)
        let hasName = self.literals.addEnds(of: variable.name, to: self.namesEnds, after: self.starts, in: self.text)
        guard hasName else { return }
        if !operation.isEmptyMarked {
            for place in self.namesEnds.indices { self.placesBehindValues[place] |= self.namesEnds[place] }
        }
        self.starts.update(repeating: 0)
        self.addStarts(behind: UInt8(ascii: "="), after: self.namesEnds)
        switch variable.modifier {
        case .prefix(let count):
            self.addEnds(ofPrefix: count, operation, isEmptyAllowed: operation.isEmptyMarked)
        case .none, .explode:
            self.addEnds(of: operation.isEmptyMarked ? .joined : .joinedNotEmpty, operation)
        }
    }

    /// The starts become the states in which each place is reached.
    private func addEnds(of value: URITemplateValue, _ operation: URITemplateOperator) {
        let (start, count) = (self.text.startIndex, self.text.count)
        for place in self.starts.indices where self.starts[place] != 0 { self.starts[place] = value.start }
        for place in self.starts.indices where self.starts[place] != 0 {
            let states = self.starts[place]
            if value.isEnd(states, of: operation) { self.placesBehindValues[place] = 1 }
            guard place < count else { break }
            let index = start + place
            let joined = value.states(states, after: self.text[index], of: operation)
            if joined != 0 { self.starts[place + 1] |= joined }
            if let next = Self.index(after: index, in: self.text, isReservedAllowed: operation.isReservedAllowed) {
                self.starts[next - start] |= value.statesAfterCharacter(states)
            }
        }
    }

    /// Adds the ends of a value of at most so many characters.
    ///
    /// RFC 6570, section 2.4.1: characters of Unicode are counted, each of which may be up to four escapes.
    private func addEnds(ofPrefix limit: Int, _ operation: URITemplateOperator, isEmptyAllowed: Bool) {
        let (start, count) = (self.text.startIndex, self.text.count)
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count + 1) { lengths in
            // How many characters there are at least between a start and a place.
            for place in lengths.indices { lengths[place] = self.starts[place] == 0 ? .max : 0 }
            for place in lengths.indices where lengths[place] <= limit {
                let length = lengths[place]
                if isEmptyAllowed || length > 0 { self.placesBehindValues[place] = 1 }
                guard place < count else { break }
                let index = start + place
                guard
                    let next = Self.index(after: index, in: self.text, isReservedAllowed: operation.isReservedAllowed)
                else { continue }
                let isContinued = next > index + 1 && Self.isContinuation(self.text[index + 1])
                lengths[next - start] = min(lengths[next - start], length + (isContinued ? 0 : 1))
            }
        }
    }

    /// A Boolean value that indicates whether an escape whose first digit this is continues a character: 80 to BF.
    private static func isContinuation(_ digit: UInt8) -> Bool {
        switch digit {
        case UInt8(ascii: "8"), UInt8(ascii: "9"), UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "A"),
            UInt8(ascii: "B"):
            true
        default: false
        }
    }

    /// The index where a value goes on that takes what is at an index; `nil` if it cannot take it.
    private static func index(after index: Int, in text: Text, isReservedAllowed: Bool) -> Int? {
        let byte = text[index]
        guard byte == UInt8(ascii: "%") else {
            return byte.isUnreserved || (isReservedAllowed && byte.isReserved) ? index + 1 : nil
        }
        // An escape belongs to the value as a whole or not at all.
        guard index + 2 < text.endIndex, text[index + 1].isHexDigit, text[index + 2].isHexDigit else { return nil }
        return index + 3
    }
}
