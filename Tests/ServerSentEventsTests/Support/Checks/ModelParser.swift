package import ServerSentEvents

/// The format as the HTML Standard words it, in the simplest way there is: all bytes at hand, decoded as a whole, split
/// into lines, one line after the other.
///
/// It is slow, knows nothing of chunks, and shares no code with the parser it checks.
@available(SwiftSSE 1.0, *)
package struct ModelParser {
    private let configuration: EventStreamParser.Configuration
    private var outcome: Outcome

    private var type: [Unicode.Scalar] = []
    private var dataLines: [[Unicode.Scalar]] = []
    private var id: [Unicode.Scalar]?
    private var retry: Int64?
    private var eventByteCount = 0

    private init(configuration: EventStreamParser.Configuration, lastEventID: ServerSentEvent.EventID) {
        self.configuration = configuration
        self.outcome = Outcome(lastEventID: ByteText(lastEventID.rawValue))
    }

    /// What a stream comes to.
    package static func parse(
        _ stream: [UInt8],
        configuration: EventStreamParser.Configuration = .defaults,
        lastEventID: ServerSentEvent.EventID = .empty
    ) -> Outcome {
        var model = ModelParser(configuration: configuration, lastEventID: lastEventID)
        model.run(stream)
        return model.outcome
    }

    private mutating func run(_ stream: [UInt8]) {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        // As long as it can still become a mark, it is not a line.
        if byteOrderMark.starts(with: stream) { return }
        let bytes = stream.starts(with: byteOrderMark) ? Array(stream.dropFirst(byteOrderMark.count)) : stream

        let text = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        let lines = Self.lines(of: text, lineFeed: "\n", carriageReturn: "\r")
        let byteCounts = Self.lines(of: bytes, lineFeed: 0x0A, carriageReturn: 0x0D).map(\.count)
        for (index, line) in lines.enumerated() {
            let isComplete = index < lines.count - 1
            self.outcome.error = self.count(byteCounts[index], isComment: line.first == ":", isComplete: isComplete)
            if self.outcome.error != nil { return }
            if isComplete { self.process(line) }
        }
    }

    /// Everything between line ends; the last one is what no line end has completed, and may be empty.
    private static func lines<Element: Equatable>(
        of text: [Element],
        lineFeed: Element,
        carriageReturn: Element
    ) -> [[Element]] {
        var lines: [[Element]] = [[]]
        var previous: Element?
        for element in text {
            if element == lineFeed || element == carriageReturn {
                let isSecondOfPair = element == lineFeed && previous == carriageReturn
                if !isSecondOfPair { lines.append([]) }
            } else {
                lines[lines.count - 1].append(element)
            }
            previous = element
        }
        return lines
    }

    /// Counts byte after byte; the first one that is too much decides.
    private mutating func count(_ byteCount: Int, isComment: Bool, isComplete: Bool) -> String? {
        let limits = self.configuration.limits
        for number in 0..<byteCount {
            if number + 1 > limits.lineBytes { return "lineTooLong" }
            if !isComment, self.eventByteCount + number + 1 > limits.eventBytes { return "eventTooLarge" }
        }
        guard isComplete, !isComment, byteCount > 0 else { return nil }
        self.eventByteCount += byteCount + 1
        return self.eventByteCount > limits.eventBytes ? "eventTooLarge" : nil
    }

    private mutating func process(_ line: [Unicode.Scalar]) {
        if line.isEmpty {
            self.dispatch()
        } else if line[0] == ":" {
            if self.configuration.reportsComments {
                self.outcome.findings.append(.comment(Self.text(line.dropFirst())))
            }
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[(colon + 1)...]
            self.processField(Array(line[..<colon]), Array(value.first == " " ? value.dropFirst() : value))
        } else {
            self.processField(line, [])
        }
    }

    private mutating func processField(_ name: [Unicode.Scalar], _ value: [Unicode.Scalar]) {
        switch Self.text(name) {
        case "event":
            self.type = value
        case "data":
            self.dataLines.append(value)
        case "id":
            if !value.contains("\0") { self.id = value }
        case "retry":
            guard !value.isEmpty, value.allSatisfy({ ("0"..."9").contains($0) }) else { return }
            // All digits, so the one thing that can be wrong is that there are too many.
            let milliseconds = Int64(String(String.UnicodeScalarView(value))) ?? .max
            self.retry = milliseconds
            self.outcome.reconnectionTime = milliseconds
            self.outcome.findings.append(.retry(milliseconds))
        default:
            break
        }
    }

    private mutating func dispatch() {
        let id = self.id.map { Self.text($0) }
        if let id { self.outcome.lastEventID = id }
        if self.dataLines.isEmpty {
            if let id { self.outcome.findings.append(.lastEventID(id)) }
        } else {
            let data = Self.text(self.dataLines.joined(separator: ["\n"]))
            let type = self.type.isEmpty ? "message" : Self.text(self.type)
            if self.configuration.dataEncoding == .text {
                self.outcome.findings.append(.event(type: type, data: data, id: id, retry: self.retry))
            } else if let decoded = ModelBase64.decode(data.bytes) {
                self.outcome.findings.append(.event(type: type, data: ByteText(decoded), id: id, retry: self.retry))
            } else {
                self.outcome.findings.append(.invalidData(id: id))
            }
        }
        self.type = []
        self.dataLines = []
        self.id = nil
        self.retry = nil
        self.eventByteCount = 0
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> ByteText {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return ByteText(String(text))
    }
}
