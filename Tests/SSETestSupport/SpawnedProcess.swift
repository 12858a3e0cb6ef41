internal import Foundation
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// A child of the tests' process.
///
/// Not Foundation's `Process`: on Linux it lists the open files with a copy of each entry that reads past the end of
/// the list, which ends the tests when more than a thousand sockets are open. Not `Subprocess`: it tells how a program
/// ended only after the closure that talks to it.
@available(SwiftSSE 1.0, *)
package final class SpawnedProcess: Sendable {
    private enum State {
        case running
        case ended(exitCode: Int32?)
    }

    #if !canImport(Darwin)
    private typealias CloseFiles = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    /// `posix_spawn_file_actions_addclosefrom_np`, which the C library has and Swift's view of it leaves out.
    private static let closeFiles = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
        unsafeBitCast($0, to: CloseFiles.self)
    }
    #endif

    private let identifier: pid_t
    private let state = Mutex(State.running)
    private let ending = DispatchGroup()

    /// Starts a program with three files of this process as its standard ones, and no others.
    package init(_ path: String, _ arguments: [String], input: Int32, output: Int32, errors: Int32) throws {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        for (number, file) in [input, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
        }
        #if canImport(Darwin)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_CLOEXEC_DEFAULT))
        #else
        _ = Self.closeFiles?(&actions, 3)
        // What the tests ignore must end a program as it does for its users.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        sigaddset(&signals, SIGINT)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        #endif

        let words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var identifier: pid_t = 0
        let failure = posix_spawn(&identifier, path, &actions, &attributes, words, environ)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EINVAL) }
        self.identifier = identifier
        self.ending.enter()
        Thread.detachNewThread { self.waitForEnd() }
    }

    private func waitForEnd() {
        // Not reaped yet, so that until the state tells of the end no signal can reach a stranger of the same number.
        var information = siginfo_t()
        while waitid(P_PID, id_t(self.identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        self.state.withLock { state in
            var status: Int32 = 0
            while waitpid(self.identifier, &status, 0) < 0, errno == EINTR {}
            let isExit = status & 0x7F == 0
            state = .ended(exitCode: isExit ? (status >> 8) & 0xFF : nil)
        }
        self.ending.leave()
    }

    /// Sends a signal, unless the program has ended.
    package func send(_ signal: Int32) {
        self.state.withLock { state in
            guard case .running = state else { return }
            _ = kill(self.identifier, signal)
        }
    }

    /// Stops the program where it is, until it is sent `SIGCONT`.
    ///
    /// It returns when all its threads have stopped: after the signal alone, one may still answer what comes.
    package func stop() {
        self.send(SIGSTOP)
        var information = siginfo_t()
        while waitid(P_PID, id_t(self.identifier), &information, WSTOPPED) != 0, errno == EINTR {}
    }

    /// Waits for the end: the exit code, `nil` if a signal ended the program.
    package func exitCode() async -> Int32? {
        await withCheckedContinuation { continuation in
            self.ending.notify(queue: .global()) { continuation.resume() }
        }
        guard case .ended(let exitCode) = self.state.withLock({ $0 }) else { return nil }
        return exitCode
    }
}
