import Foundation
import NIOCore
import SSEClient
import SSEHTTPServer
import SSEHub
import SSEServer
import ServerSentEvents

/// An error that a person can do something about, in one line.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

@available(SwiftSSE 1.0, *)
extension CommandFailure {
    /// Says in one line what went wrong with a stream.
    init(describing error: any Error) {
        switch error {
        case let error as CommandFailure:
            self = error
        case let error as SSEClientError:
            self.init(error.message.printable + (error.refusal?.text.map { " It says: \($0)" } ?? ""))
        case let error as ServerSentEventsError:
            self.init(error.message)
        default:
            self.init("\(error)")
        }
    }

    /// Says in one line how a connection ended.
    init(describing end: ConnectionEnd) {
        if let error = end.error { self.init(describing: error) } else { self.init("\(end)") }
    }
}

@available(SwiftSSE 1.0, *)
extension CommandFailure {
    /// Says in one line why a server cannot listen.
    init(listeningOn host: String, _ port: Int, _ error: any Error) {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            self.init("Port \(port) is in use; choose another one with --port.")
        case EACCES:
            self.init("Port \(port) is not yours to listen on; choose one above 1023 with --port.")
        case EADDRNOTAVAIL:
            self.init("\(host) is no address of this machine; choose another one with --host.")
        default:
            if error is SocketAddressError || error is SocketAddressError.UnknownHost {
                self.init("\(host) is not known; choose another one with --host.")
            } else {
                self.init(describing: error)
            }
        }
    }

    /// Says in one line why a hub cannot listen at one of its places.
    init(listening error: HubListeningError) {
        let place = "\(error.address.printable), where --listen has the hub listen,"
        switch (error.cause as? IOError)?.errnoCode {
        case EADDRINUSE: self.init("\(place) is in use; choose another port.")
        case EACCES:
            self.init("\(place) is not the hub's to listen on; choose a port above 1023, or systemd's sockets.")
        case EADDRNOTAVAIL: self.init("\(place) is no address of this machine.")
        default:
            switch error.cause {
            case let error as ServerConfigurationError: self.init(error.message.printable)
            case is SocketAddressError, is SocketAddressError.UnknownHost: self.init("\(place) is not known.")
            default: self.init("\(place) cannot be listened on: \(String(describing: error.cause).printable)")
            }
        }
    }
}
