#if SQLite
internal import Foundation
internal import GRDB
internal import SSEBroker

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
