#if SQLite
internal import Foundation
internal import GRDB
internal import SSEBroker

/// Why a file cannot be opened as a log. The file is left as it was.
///
/// Tell errors apart by their ``code``; ``message`` is for people.
@available(SwiftSSE 1.0, *)
public struct SQLiteEngineError: Error, Sendable {
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
extension SQLiteEngineError {
    /// The kinds of errors.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case cannotOpen
            case inUse
            case notALog
            case otherVersion
            case damaged
        }

        private let kind: Kind

        /// The file cannot be opened or written: there is no such folder, it may not be written, the disk is full.
        public static let cannotOpen = Code(kind: .cannotOpen)

        /// Another engine, of this process or another one, has the file open.
        public static let inUse = Code(kind: .inUse)

        /// The file is something else: no database, or one of another program.
        public static let notALog = Code(kind: .notALog)

        /// The log has been written by a version of this package that writes it otherwise.
        public static let otherVersion = Code(kind: .otherVersion)

        /// The file is a log, and parts of it are missing or wrong.
        public static let damaged = Code(kind: .damaged)

        /// The code's name.
        public var description: String { self.kind.rawValue }
    }
}

@available(SwiftSSE 1.0, *)
extension SQLiteEngineError: CustomStringConvertible {
    /// The message with the code's name before it.
    public var description: String { "\(self.code): \(self.message)" }
}

/// What SQLite says, in words for people and in a broker's errors.
@available(SwiftSSE 1.0, *)
enum StorageFailure {
    /// Why something failed, as the part of a line.
    static func reason(of error: any Error) -> String {
        guard let error = error as? DatabaseError else {
            return error is RowDecodingError ? "it is damaged" : error.localizedDescription
        }
        switch error.resultCode {
        case .SQLITE_FULL: return "the disk is full"
        case .SQLITE_READONLY, .SQLITE_PERM: return "it may not be written"
        case .SQLITE_IOERR: return "the disk fails (\(error.extendedResultCode))"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return "it is damaged"
        case .SQLITE_BUSY, .SQLITE_LOCKED: return "another program has locked it"
        case .SQLITE_CANTOPEN: return "there is no such file, or it may not be opened"
        default: return error.message ?? "\(error.extendedResultCode)"
        }
    }

    private static func code(of error: any Error) -> BrokerError.Code {
        switch (error as? DatabaseError)?.resultCode {
        case .SQLITE_FULL?: .storageFull
        // What may pass by itself, or with the help of a person, while the engine goes on.
        case .SQLITE_READONLY?, .SQLITE_PERM?, .SQLITE_IOERR?, .SQLITE_BUSY?, .SQLITE_LOCKED?, .SQLITE_CANTOPEN?:
            .engineUnavailable
        default: .engineFailed
        }
    }

    /// The error of a broker whose log cannot be read or written.
    static func error(_ action: String, _ path: String, _ error: any Error) -> BrokerError {
        if let error = error as? BrokerError { return error }
        return BrokerError(
            code: Self.code(of: error),
            message: "'\(path)' cannot be \(action): \(Self.reason(of: error)).",
            cause: error
        )
    }
}
#endif
