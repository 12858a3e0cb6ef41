/// Why a broker does not do what it was asked for.
///
/// Tell errors apart by their ``code``; ``message`` is for people.
@available(SwiftSSE 1.0, *)
public struct BrokerError: Error, Sendable {
    /// What kind of error this is.
    public var code: Code

    /// What happened, in one line.
    public var message: String

    /// The error below this one, if there is one.
    public var cause: (any Error)?

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: What kind of error this is.
    ///   - message: What happened, in one line.
    ///   - cause: The error below this one.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

@available(SwiftSSE 1.0, *)
extension BrokerError {
    /// The kinds of errors.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, CaseIterable {
            case invalidTopic
            case invalidTemplate
            case invalidID
            case invalidEvent
            case noTopics
            case tooManyTopics
            case eventTooLarge
            case tooManySubscriptions
            case tooManyTemplates
            case tooManySelectors
            case resumeRefused
            case eventsMissed
            case closed
            case alreadyRun
            case engineFailed
            case engineUnavailable
            case storageFull
        }

        private let kind: Kind

        /// A text cannot be a topic.
        public static let invalidTopic = Code(kind: .invalidTopic)

        /// A text cannot be a URI template, is one of a kind that is not supported, or has too many variables.
        public static let invalidTemplate = Code(kind: .invalidTemplate)

        /// An event's id begins with `#`, is `earliest` or empty, is too long or has control characters.
        public static let invalidID = Code(kind: .invalidID)

        /// An event cannot be encoded.
        public static let invalidEvent = Code(kind: .invalidEvent)

        /// An event or a subscription has no topic.
        public static let noTopics = Code(kind: .noTopics)

        /// An event or a subscription has more topics than ``BrokerLimits`` allows.
        public static let tooManyTopics = Code(kind: .tooManyTopics)

        /// An event has more bytes than ``BrokerLimits/eventBytes``.
        public static let eventTooLarge = Code(kind: .eventTooLarge)

        /// There are as many subscriptions as ``BrokerLimits/subscriptions`` already.
        public static let tooManySubscriptions = Code(kind: .tooManySubscriptions)

        /// The subscriptions have as many URI templates as ``BrokerLimits/templates`` allows already.
        public static let tooManyTemplates = Code(kind: .tooManyTemplates)
        /// The subscriptions have as many bytes of selectors as ``BrokerLimits/selectorBytes`` allows already.
        public static let tooManySelectors = Code(kind: .tooManySelectors)

        /// A subscriber cannot go on where it was, and ``ResumePolicy/refuse`` says that it is not to go on elsewhere.
        public static let resumeRefused = Code(kind: .resumeRefused)

        /// Events left the log before a slow subscriber read them, and ``OverrunPolicy/end`` says that it ends.
        public static let eventsMissed = Code(kind: .eventsMissed)

        /// The broker is shutting down.
        public static let closed = Code(kind: .closed)

        /// What runs once is run a second time: ``Broker/run()`` while it runs, or after it has returned.
        public static let alreadyRun = Code(kind: .alreadyRun)

        /// The engine failed; the cause says why.
        public static let engineFailed = Code(kind: .engineFailed)

        /// The engine cannot be asked now, or does not answer in time. It is worth trying again.
        public static let engineUnavailable = Code(kind: .engineUnavailable)

        /// The engine has no room for more events.
        public static let storageFull = Code(kind: .storageFull)

        static var all: [Code] { Kind.allCases.map { Code(kind: $0) } }

        /// The code's name.
        public var description: String { self.kind.rawValue }
    }
}

@available(SwiftSSE 1.0, *)
extension BrokerError: CustomStringConvertible {
    /// The message with the code's name before it.
    public var description: String { "\(self.code): \(self.message)" }
}

@available(SwiftSSE 1.0, *)
extension BrokerError {
    static func invalidTemplate(_ template: String, _ reason: String) -> BrokerError {
        BrokerError(code: .invalidTemplate, message: "`\(template)` is not a supported URI template: \(reason).")
    }

    /// The engine has not answered in time.
    static var engineIsSilent: BrokerError {
        BrokerError(code: .engineUnavailable, message: "The engine does not answer in time.")
    }

    /// Whether it is worth trying again what an engine threw this at.
    var mayPass: Bool {
        switch self.code {
        case .engineFailed, .engineUnavailable, .eventsMissed, .storageFull: true
        default: false
        }
    }

    /// - Parameter what: What runs once, such as `A broker`.
    package static func alreadyRun(_ what: String) -> BrokerError {
        BrokerError(code: .alreadyRun, message: "\(what) is run once, and this one has been run already.")
    }

    package static var closed: BrokerError {
        BrokerError(code: .closed, message: "The broker is shutting down.")
    }
}
